"""fairlead github: the GitHub App is created with a few clicks, and whoever runs the service is let in to do so."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli.errors import WrongUse

group = typer.Typer(no_args_is_help=True, help="Set up the GitHub App that Fairlead is.")

CREATE_EPILOG = """\b
Examples:
  fairlead github create-app --organization acme
  fairlead github create-app --github https://github.example.com --organization platform
  fairlead github create-app --organization acme --print kubernetes-secret > secret.yaml
\b
Where the browser is on another machine, choose a port and forward it:
  ssh -L 8765:127.0.0.1:8765 HOST fairlead github create-app --organization acme --port 8765
"""


class PrintAs(StrEnum):
    """How the keys are printed."""

    ENV = "env"
    JSON = "json"
    KUBERNETES = "kubernetes-secret"


@group.command("create-app", epilog=CREATE_EPILOG)
def create_app(
    organization: Annotated[str, typer.Option(metavar="NAME", help="Who owns the App. [default: your own account]")] = "",
    github: Annotated[
        str, typer.Option(metavar="URL", help="The address of your GitHub. [default: FAIRLEAD_GITHUB_WEB_URL]")
    ] = "",
    public_url: Annotated[
        str, typer.Option(metavar="URL", help="Where GitHub and people reach Fairlead. [default: FAIRLEAD_PUBLIC_URL]")
    ] = "",
    print_as: Annotated[
        PrintAs | None, typer.Option("--print", help="Print the keys for a secret manager, and keep nothing.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the page on this machine; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,  # noqa: FBT002 Typer makes a flag of it
    force: Annotated[bool, typer.Option("--force", help="Put the keys of an earlier App aside.")] = False,  # noqa: FBT002 Typer makes a flag of it
) -> None:
    """Create the GitHub App in a browser, and keep its keys.

    A page on this machine shows what the App may do and why, lets you change its name, and sends you to GitHub to confirm it.
    """
    from app.cli.creating_app import Asked, CannotCreate, create
    from app.cli.settings_read import CannotRead, read_settings

    asked = Asked(
        organization=organization,
        github=github,
        public_url=public_url,
        print_as=print_as.value if print_as else "",
        port=port,
        browser=browser,
        force=force,
    )
    try:
        create(asked, read_settings())
    except (CannotCreate, CannotRead) as error:
        raise WrongUse(str(error)) from None


@group.command("setup-link")
def setup_link() -> None:
    """Print a link to the page /setup of the service: it opens once."""
    from app.cli.setting_up import NothingToSetUp, link
    from app.cli.settings_read import CannotRead, read_settings

    try:
        typer.echo(link(read_settings()))
    except (NothingToSetUp, CannotRead) as error:
        raise WrongUse(str(error)) from None

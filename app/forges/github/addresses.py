"""The addresses of GitHub's pages."""

from urllib.parse import quote

from app.forges import LineAddress


def lines(web_url: str) -> LineAddress:
    """Lines of files as GitHub's own pages have them, `/blob/COMMIT/PATH#L1-L2`. `web_url` has no slash at its end."""

    def address(repository: str, commit: str, path: str, first: int | None, last: int | None) -> str:
        anchor = f"#L{first}" if first else ""
        anchor += f"-L{last}" if first and last and last != first else ""
        return f"{web_url}/{repository}/blob/{commit}/{quote(path.encode('utf-8', 'surrogateescape'))}{anchor}"

    return address

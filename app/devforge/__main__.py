"""`python -m app.devforge --data-dir DIR --port PORT`: the forge by itself."""

import argparse
from pathlib import Path

import uvicorn

from app.devforge import fault_port
from app.devforge.faulty import AbortableProtocol
from app.devforge.forge import Forge
from app.devforge.server import create_app


def main() -> None:
    """Serve the forge in a folder until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m app.devforge", description="A small forge that speaks GitHub's API.")
    parser.add_argument("--data-dir", type=Path, required=True, help="where repositories and the database live")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--faults", action="store_true", help="let anyone who reaches it switch faults on, at /_faults")
    chosen = parser.parse_args()
    forge = Forge(chosen.data_dir, f"http://127.0.0.1:{chosen.port}")
    try:
        app = create_app(forge)
        if chosen.faults:
            app.router.routes[:0] = fault_port.routes(forge.faults)
        uvicorn.run(app, host="127.0.0.1", port=chosen.port, http=AbortableProtocol)
    finally:
        forge.close()


if __name__ == "__main__":
    main()

"""Take pictures of the desk's main pages into docs/img, light and dark; `make screenshots` runs it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "img"
PAGES = {"try": "/try?sample=moscow", "search": "/?q=storm", "sources": "/sources", "pipeline": "/pipeline"}
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    """Run the seeds into a folder that goes again, serve it, and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        environment = os.environ | {"COPYDESK_DATA": folder}
        copydesk = [sys.executable, "-m", "copydesk"]
        subprocess.run([*copydesk, "run", str(ROOT / "seeds")], env=environment, check=True, stdout=subprocess.DEVNULL)
        command = [*copydesk, "serve", "--port", "0"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+(?=/)", server.stdout.readline())
            assert found
            take(found[0], chromium)
        finally:
            server.terminate()
            server.wait(30)


def take(url: str, chromium: str) -> None:
    """Write a picture of each page in each colour scheme."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
            for name, path in PAGES.items():
                page.goto(url + path, wait_until="load")
                page.screenshot(path=IMAGES / f"desk-{name}-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    main()

"""The page in headless Chromium: a newcomer's first minutes, and what hostile text does there.

Skipped where no Chromium is installed; CHROMIUM may name one. With --screenshots FOLDER it writes
the pictures of the documentation.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.sandbox.discord import Channel, DiscordSandbox, Permission
from bot.sandbox.discord.messages import IS_COMPONENTS_V2
from bot.sandbox.discord.refusals import Json
from bot.sandbox.web import server
from bot.sandbox.web.stage import staged
from tests.sandbox.discord.conftest import Running
from tests.sandbox.web.test_messages import GALLERY

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
    pytest.mark.asyncio(loop_scope="module"),
]
PATIENCE = 20_000.0
"""Milliseconds in which a thing must have come on a busy machine."""
DESK, PHONE = (1280, 800), (390, 844)
"""Windows: width and height."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start the browser once for all of these tests."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM)
        yield started
        await started.close()


async def opened(
    browser: Browser, url: str, wrong: list[str], *, phone: bool = False, light: bool = False
) -> Page:
    """Open a page in a window of its own; what goes wrong in its script is added to ``wrong``."""
    width, height = PHONE if phone else DESK
    window = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="light" if light else "dark",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    window.set_default_timeout(PATIENCE)
    page = await window.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    await page.goto(url)
    return page


async def ticked(page: Page, step: str) -> None:
    """Wait until a step of the guide is ticked."""
    await page.locator(f"[data-step={step}].done").wait_for()


class Album:
    """Where pictures of the page go, if any are wanted."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def take(self, page: Page, name: str) -> None:
        """Take a picture once the page's fonts and pictures are there."""
        if self._folder is not None:
            await page.mouse.move(0, 0)
            await page.screenshot(path=self._folder / f"{name}.png", animations="disabled")


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Album:
    """Return where pictures go."""
    return Album(request.config.getoption("--screenshots"))


async def test_a_newcomer_subscribes_and_gets_a_preview_a_post_and_a_digest(
    browser: Browser, tmp_path: Path, album: Album
) -> None:
    """With the keyboard and the guide, the real bot does its main job in front of a newcomer."""
    wrong: list[str] = []
    async with (
        staged(tmp_path) as stage,
        server.Page(stage.discord, stage.person, stage) as served,
    ):
        page = await opened(browser, served.url, wrong)
        await page.keyboard.type("/")
        await expect(page.get_by_role("option").filter(has_text="/subscribe")).to_be_visible()
        await page.keyboard.type("sub")
        await page.keyboard.press("Enter")
        await page.keyboard.type("language model, RAG")
        await page.keyboard.press("Enter")
        await ticked(page, "subscribe")

        await page.locator("[data-step=preview] [data-fill]").click()
        await page.locator("form.command input").first.press("Enter")
        await ticked(page, "preview")

        await page.locator("[data-step=post] [data-control]").click()
        await ticked(page, "post")
        await album.take(page, "web-post")
        post = page.locator("article:not(.ephemeral)").last
        await post.get_by_role("button", name="Abstract").click()
        await expect(page.locator("article.ephemeral").last).to_contain_text("Paperwire")

        await set_the_hour(page)
        await page.locator("[data-step=daily] [data-fill]").click()
        await page.get_by_role("button", name="Send").click()
        await ticked(page, "daily")
        await page.locator("[data-step=digest] [data-control]").click()
        await ticked(page, "digest")
        await expect(page.locator("article").last).to_contain_text("papers for")
        await album.take(page, "web-digest")
        phone = await opened(browser, served.url, wrong, phone=True, light=True)
        await expect(phone.locator("article").last).to_contain_text("papers for")
        assert await phone.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        await album.take(phone, "web-phone")
        assert (stage.discord.invalid_requests, wrong) == (0, [])


async def set_the_hour(page: Page) -> None:
    """Type `/digest set`, with a time zone that the bot completes."""
    await page.locator("#box").focus()
    await page.keyboard.type("/digest set 9")
    await expect(page.locator("#o-hour")).to_have_value("9")
    await page.keyboard.press("Tab")
    await page.keyboard.type("reykj")
    await page.get_by_role("option", name="Reykjavik").wait_for()
    await page.keyboard.press("Enter")
    await expect(page.locator("#o-timezone")).to_have_value(re.compile("Atlantic/Reykjavik"))
    await page.keyboard.press("Enter")
    await expect(page.locator("article.ephemeral").last).to_contain_text("gets its digest")


async def test_hostile_text_does_nothing_and_the_keyboard_does_all(browser: Browser) -> None:
    """No text runs, loads or leads anywhere by itself; what is hidden can be reached by key."""
    wrong: list[str] = []
    requests: list[str] = []
    async with DiscordSandbox() as discord:
        guild = discord.add_guild("<img src=x onerror=alert(1)>")
        ada = guild.add_member("<b>ada</b>", Permission.MANAGE_CHANNELS)
        channel = guild.add_text_channel("night-sky")
        async with server.Page(discord, ada) as served:
            page = await opened(browser, served.url, wrong)
            page.on("request", lambda request: requests.append(request.url))
            await ada.say(channel, "<script>alert(1)</script> ||the end|| [x](javascript:alert(1))")
            await post(discord, channel, {"components": GALLERY, "flags": IS_COMPONENTS_V2})
            card = page.locator(".container")
            await expect(card).to_contain_text("<script>alert(1)</script>")
            await expect(card).to_have_css("border-left-color", "rgb(51, 102, 255)")
            assert await page.locator("#messages :is(script, img, b)").count() == 0
            await page.get_by_role("button", name="Spoiler").press("Enter")
            await expect(page.locator(".spoiler > span")).to_have_css("opacity", "1")
            await page.get_by_role("button", name="Light or dark").press("Enter")
            await expect(page.locator("html")).to_have_attribute("data-theme", "light")
            assert all(url.startswith(served.url) for url in requests)
            assert wrong == []


async def post(discord: DiscordSandbox, channel: Channel, body: Json) -> None:
    """Post as the bot does."""
    url = f"{discord.api_url}/channels/{channel.id}/messages"
    headers = {"Authorization": f"Bot {discord.token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=body, headers=headers) as response,
    ):
        assert response.status == 200


async def test_commands_buttons_menus_and_forms_work_by_key_and_by_mouse(
    browser: Browser, running: Running
) -> None:
    """Completion, a form, a menu, a button, a message's menu and Dismiss each reach the bot."""
    wrong: list[str] = []
    async with DiscordSandbox() as discord:
        guild = discord.add_guild("Reading group")
        ada = guild.add_member("ada", Permission.MANAGE_CHANNELS)
        channel = guild.add_text_channel("night-sky")
        async with running(discord), server.Page(discord, ada) as served:
            page = await opened(browser, served.url, wrong)
            last = page.locator("article").last
            await leave_by_key(page)
            await page.keyboard.type("/subscribe diff")
            await page.get_by_role("option", name="diffusion").click()
            await page.get_by_role("button", name="Send").click()
            await expect(last).to_contain_text("diffusion -> night-sky by ada")
            await page.get_by_role("button", name="Dismiss message").click()
            await expect(page.locator("article")).to_have_count(0)
            await expect(page.locator("#box")).to_be_focused()

            await page.keyboard.type("/note ")
            await page.get_by_role("button", name="Send").press("Enter")
            words = page.get_by_role("dialog").get_by_role("textbox")
            await words.press("Enter")
            await expect(page.get_by_role("dialog")).to_contain_text("Words must be filled in")
            await words.press_sequentially("high tide")
            await words.press("Enter")
            await expect(last).to_contain_text("noted: high tide")
            await expect(page.get_by_role("dialog")).to_have_count(0)

            await page.keyboard.type("/weigh ")
            await page.locator("#o-file").set_input_files(
                {"name": "key words.csv", "mimeType": "text/csv", "buffer": b"tides,hills"}
            )
            await page.get_by_role("button", name="Send").click()
            await expect(last).to_contain_text("key_words.csv: 11 bytes")

            await use_panel(page)
            await ada.say(channel, "hello")
            await last.hover()
            await last.get_by_role("button", name="Apps").click()
            await page.get_by_role("option", name="Count letters").click()
            await expect(last).to_contain_text("5 letters")
            assert wrong == []


async def leave_by_key(page: Page) -> None:
    """Open a command and go back: Escape folds the list, then leaves; Backspace leaves at once."""
    offered = page.get_by_role("option", name="usion")
    for keys in (("Escape", "Escape"), ("Backspace",)):
        await page.keyboard.type("/sub")
        await page.keyboard.press("Tab")
        await offered.wait_for()
        await page.keyboard.press("Enter")
        await expect(page.locator("form.command")).to_contain_text("query is required")
        await expect(page.locator("#o-query")).to_be_focused()
        for key in keys:
            await page.keyboard.press(key)
        await expect(page.locator("#box")).to_be_focused()


async def use_panel(page: Page) -> None:
    """Choose in the sample bot's menu with the keyboard, and press a button of its."""
    await page.locator("#box").focus()
    await page.keyboard.type("/panel ")
    await page.get_by_role("button", name="Send").click()
    menu = page.get_by_role("button", name="Hour")
    await menu.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("article").last).to_contain_text("chose 9")
    await page.get_by_role("button", name="Update").click()
    await expect(page.get_by_text("updated")).to_be_visible()
    await expect(menu).to_have_count(0)

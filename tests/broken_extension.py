"""An extension that cannot be set up."""

from bot.client import PaperwireBot


async def setup(_bot: PaperwireBot) -> None:
    """Fail."""
    raise RuntimeError("no setup today")

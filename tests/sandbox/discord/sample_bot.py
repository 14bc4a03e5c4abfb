"""A small bot with one of everything that Paperwire uses: groups, autocomplete, buttons, modals."""

import discord
from discord import app_commands
from discord.ext import commands


class Note(discord.ui.Modal, title="A note"):
    """A form with one text."""

    words: discord.ui.TextInput["Note"] = discord.ui.TextInput(label="Words", max_length=20)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what was written."""
        await interaction.response.send_message(f"noted: {self.words.value}", ephemeral=True)


class Panel(discord.ui.View):
    """A button for each way to answer, a link and a menu."""

    @discord.ui.button(label="Update", custom_id="update")
    async def update(
        self, interaction: discord.Interaction, _button: discord.ui.Button["Panel"]
    ) -> None:
        """Change the message with the button."""
        await interaction.response.edit_message(content="updated", view=None)

    @discord.ui.button(label="Later", custom_id="later")
    async def later(
        self, interaction: discord.Interaction, _button: discord.ui.Button["Panel"]
    ) -> None:
        """Acknowledge, then answer apart."""
        await interaction.response.defer()
        await interaction.followup.send("apart", ephemeral=True)

    @discord.ui.button(label="Closed", custom_id="closed", disabled=True)
    async def closed(
        self, interaction: discord.Interaction, _button: discord.ui.Button["Panel"]
    ) -> None:
        """Do nothing."""

    @discord.ui.select(
        cls=discord.ui.Select,
        placeholder="Hour",
        custom_id="hour",
        options=[discord.SelectOption(label="Nine", value="9")],
    )
    async def hour(
        self, interaction: discord.Interaction, menu: discord.ui.Select["Panel"]
    ) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"chose {menu.values[0]}")


class Digest(app_commands.Group):
    """A group with a subcommand."""

    @app_commands.command(name="set", description="Set the hour")
    @app_commands.choices(zone=[app_commands.Choice(name="Berlin", value="Europe/Berlin")])
    async def set_hour(
        self,
        interaction: discord.Interaction,
        hour: app_commands.Range[int, 0, 23],
        zone: str = "UTC",
    ) -> None:
        """Say what was set."""
        await interaction.response.send_message(f"{hour} {zone}")


@app_commands.command(description="Subscribe a channel")
@app_commands.default_permissions(manage_channels=True)
async def subscribe(
    interaction: discord.Interaction,
    query: app_commands.Range[str, 1, 50],
    channel: discord.TextChannel | None = None,
) -> None:
    """Answer late and privately, with what discord.py makes of the interaction."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    target = channel or interaction.channel
    allowed = interaction.permissions.manage_channels
    await interaction.followup.send(f"{query} -> {target} by {interaction.user}, {allowed}")


@subscribe.autocomplete("query")
async def _queries(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed}usion", value="diffusion")]


@app_commands.command(description="Open a form")
async def note(interaction: discord.Interaction) -> None:
    """Open the form."""
    await interaction.response.send_modal(Note())


@app_commands.command(description="Show the buttons")
async def panel(interaction: discord.Interaction) -> None:
    """Show the buttons."""
    view = Panel(timeout=None)
    view.add_item(discord.ui.Button(label="Abstract", url="https://example.org/abs"))
    await interaction.response.send_message("a panel", view=view)


@app_commands.command(description="Never answer")
async def silence(_interaction: discord.Interaction) -> None:
    """Never answer."""


@app_commands.command(description="Weigh a file")
async def weigh(interaction: discord.Interaction, file: discord.Attachment) -> None:
    """Say how much a file holds."""
    content = await file.read()
    await interaction.response.send_message(f"{file.filename}: {len(content)} bytes")


async def count(interaction: discord.Interaction, message: discord.Message) -> None:
    """Say how long a message is."""
    await interaction.response.send_message(f"{len(message.content)} letters", ephemeral=True)


class SampleBot(commands.AutoShardedBot):
    """The unmodified client with these commands."""

    def __init__(self) -> None:
        super().__init__(
            "!",
            intents=discord.Intents(guilds=True),
            guild_ready_timeout=0.05,
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=None,
        )

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Start shards at once; discord.py waits five seconds before each."""

    async def setup_hook(self) -> None:
        """Register the commands."""
        self.tree.add_command(Digest(name="digest", description="The daily digest"))
        self.tree.add_command(subscribe)
        self.tree.add_command(note)
        self.tree.add_command(panel)
        self.tree.add_command(silence)
        self.tree.add_command(weigh)
        self.tree.add_command(app_commands.ContextMenu(name="Count letters", callback=count))
        await self.tree.sync()

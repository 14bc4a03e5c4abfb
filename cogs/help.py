"""/help: what people can type, by topic, with examples."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer

Interaction = discord.Interaction[PaperwireBot]

TOPICS = {
    "start": """\
**Paperwire posts new papers that match your keywords.**
`/setup` asks for your field, keywords and hour, and shows what they would have brought. Or:
1. In the channel, type `/subscribe query: diffusion model`.
2. That is all: each new paper that matches is posted there, once.

Rather once a day? `/subscribe query: diffusion model when: daily`, then \
`/digest set hour: 9 timezone: Europe/Berlin`.
Try a query first: `/preview query: gaussian splatting` says what it would have posted.
Look papers up: `/search query: gaussian splatting`, `/paper reference: 1706.03762`; \
`/similar paper: 1706.03762` for others like it.
Buttons under each paper show the abstract, save it for you (`/saved list`), vote, and more.
Nothing comes? `/status` says why; `/why paper: 1706.03762` says it of one paper.
More: `/help topic: queries`, `subscriptions`, `lookups`, `digest`, `channel`, `reading`, \
`permissions`, `about`.
-# Thank you to arXiv for use of its open access interoperability.""",
    "queries": """\
**What a query can say**
`diffusion model` the words next to each other, singular or plural
`diffusion model, gaussian splatting` either of the two
`diffusion model AND 3d NOT medical` both, and not the third
`(nerf OR "gaussian splatting") -survey` groups; a minus is NOT
`"large language model"` exactly these words
`"diffusion mesh"~5` both, at most 5 other words between
`splat*` words that begin so
`RAG` in capitals: the acronym, not "rag"
`title:mamba` `abstract:"state space"` only there
`author:"Yann LeCun"` an author; initials are fine
`cat:cs.CV` `cat:cs` `primary:cs.CL` arXiv categories, `cat:neuroscience` bioRxiv's
`has:code` `upvotes>=20` `source:huggingface` `type:new` facts
Different kinds side by side must all hold: `cat:cs.CL large language model -medical`""",
    "subscriptions": """\
**Subscriptions**
`/subscribe query` posts new papers here from now on, and shows what it would have posted \
lately; Change and Undo stand below. Of a query that selects more than 5 % of everything it asks \
first, and offers narrower ones.
`channel` posts elsewhere: in a forum each paper is a post of its own. `when: daily` puts \
them in the digest.
`look_back: 7` also posts what matched in the last 7 days.
`/subscriptions` shows what a channel has; choose one there to change its query, mute it for a \
week, pause, copy, move or end it. `/unsubscribe` ends one too (pick it as you type), and \
what only it found and is not out yet goes with it.
`/preview query` looks back without subscribing, and offers narrower ones of a broad one; \
`days: 90` farther.
`/why paper` shows which subscriptions of a channel a paper matched, where, what became of it, \
and which of them have the same post.
A paper comes once to a channel, however many of its queries it matches. Replacements (new \
versions of older papers) are not posted, unless a query has `type:replace`; `/search` finds \
them.""",
    "lookups": """\
**Looking papers up**
`/paper reference` one paper, by number, link, DOI or words.
`/search query` lists stored papers; `sort:` newest, relevant or upvotes.
`/new category` lists the newest of a field (type its name), `/author name` those of somebody.
`/daily` shows the Hugging Face Daily Papers, `date: 2025-11-28` those of a day; `/trending` what \
has most upvotes of a day, week or month.
`/similar paper` lists what is near to a paper, or to a sentence of yours, whatever words it uses.
**Look up papers**, under *Apps* in the menu of any message, shows the papers that it names: \
numbers, DOIs, links.
`/top` shows what the members of this server voted for most: `period:` week, month, year.
What you look up is shown only to you.""",
    "channel": """\
**A channel's own way**
`/quiet set from: 22 until: 7 timezone: Europe/Berlin` posts nothing by itself in these hours, and \
all of it together after them; `/quiet off` ends that.
`/export` gives you a file of all that you may change, `/import` takes it back, here or elsewhere; \
it also takes keywords of other tools: a line each, CSV, YAML, or arXiv's mail orders (`add cs.CL`).
`/language` chooses the language of a channel's summaries, where a language model is set up.
A posted paper that gets a new version, is withdrawn, published or featured has its post edited, \
silently; `/updates` chooses otherwise.
`/retry` sends what Discord refused once more; `/status` says whether there is any, and why.""",
    "digest": """\
**The daily digest**
`/digest set hour: 9 timezone: Europe/Berlin` one post a day with all papers of the channel's \
daily subscriptions. Type a city to find the time zone.
`days: weekdays`, or `days: Mon, Wed, Fri` on these days only.
`/digest now` shows only you what it holds so far.
`/digest off` switches it off.
`/digest catch-up days: 3` after an outage, what is older than 3 days comes in one list and not \
paper by paper (usually 7).
A day without papers is not posted, and `/status` says why; with `empty: True` in `/digest set` \
the digest says it itself.""",
    "reading": """\
**Under each paper**
**Abstract** shows all of it, only to you. **Save** puts the paper on your own list. \
👍 and 👎 vote; pressing again takes it back. **More…** has similar papers, BibTeX, and why the \
paper is there.
`/saved list` shows what you saved; its menu adds a note or removes a paper.
`/saved export` gives you a file: BibTeX, RIS (Zotero, EndNote), CSV or Markdown.
Your list is yours in every server; votes stay in theirs.""",
    "permissions": """\
**Permissions**
You need Manage Channels in a channel to change what it gets: `/setup`, `/subscribe`, \
`/unsubscribe`, `/digest set`, `/digest catch-up`, `/digest off`, `/quiet`, `/language`, \
`/updates`, `/retry`. Everybody can use the others.
I need View Channel and Send Messages there (in a thread: Send Messages in Threads; in a forum \
both), and \
Read Message History so that nothing comes twice after a broken connection.
If I lose them, the channel is paused and nothing is lost: posting goes on when I have them \
again.""",
    "about": """\
**About**
Paperwire reads what arXiv announces, what bioRxiv and medRxiv post, and Hugging Face Daily \
Papers. It reads no messages of this server and can mention nobody.
Thank you to arXiv for use of its open access interoperability.""",
}
"""What /help says on each topic; the first is what it says without one."""


class Help(commands.Cog):
    """What people can type."""

    @app_commands.command()
    @app_commands.describe(topic="What about; how to start if you name none.")
    @app_commands.choices(topic=[app_commands.Choice(name=each, value=each) for each in TOPICS])
    async def help(self, interaction: Interaction, topic: str = "start") -> None:
        """Show how to use Paperwire, with examples."""
        await answer(interaction, TOPICS[topic])


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    await bot.add_cog(Help())

"""The gateway: WebSocket connections, sessions that outlive them, events in order, RESUME.

Events reach a session by shard and intents. Sends plain text frames, which clients accept even
where they asked for compression. Source: Discord's documents, events/gateway and
topics/opcodes-and-status-codes ("Gateway Close Event Codes").
"""

import asyncio
import contextlib
import json
import secrets
from collections import deque

from aiohttp import WSMsgType, web

from bot.sandbox.discord import payloads
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.world import Member, Subject, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
_IGNORED = frozenset({3, 4, 8})
"""Presence, voice state, request of members: this bot sends none that matter."""

GUILDS, MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 1, 1 << 9, 1 << 12
PRIVILEGED = MEMBERS | 1 << 8 | 1 << 15
"""Members, presences, message content."""

BACKLOG = 10_000
"""Events kept for a session; one that misses more cannot resume."""
SESSIONS = 16
PAYLOAD_BYTES = 4096


def _intent(name: str, subject: Subject, guild_id: int | None) -> int:
    if name.startswith("MESSAGE_"):
        return DIRECT_MESSAGES if guild_id is None else GUILD_MESSAGES
    if isinstance(subject, Member):
        # Changes of the bot's own member come without any intent.
        return 0 if subject is subject.guild.bot else MEMBERS
    return GUILDS if name.startswith(("GUILD_", "CHANNEL_", "THREAD_")) else 0


def _frame(text: str) -> tuple[int, Json] | None:
    """Return a frame's op and body, None if Discord would not read it."""
    if len(text.encode()) > PAYLOAD_BYTES:
        return None
    try:
        frame = json.loads(text)
        op, body = int(frame["op"]), frame.get("d")
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return op, body if isinstance(body, dict) else {}


class Session:
    """What Discord remembers of one identified shard, connected or not."""

    def __init__(self, shard: tuple[int, int], intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.intents = intents
        self.sequence = 0
        self.backlog: deque[Json] = deque(maxlen=BACKLOG)
        self.connection: Connection | None = None

    def serves(self, guild_id: int | None) -> bool:
        """Return whether a guild is this shard's; direct messages are the first shard's."""
        shard, count = self.shard
        return shard == (0 if guild_id is None else (guild_id >> 22) % count)

    def wants(self, name: str, subject: Subject, guild_id: int | None) -> bool:
        """Return whether an event belongs to this shard and to the intents it asked for."""
        needed = _intent(name, subject, guild_id)
        return self.serves(guild_id) and (not needed or bool(self.intents & needed))

    def dispatch(self, name: str, body: Json) -> None:
        """Give an event its number, keep it for a RESUME, send it if there is a connection."""
        self.sequence += 1
        frame: Json = {"op": DISPATCH, "t": name, "s": self.sequence, "d": body}
        self.backlog.append(frame)
        if self.connection:
            self.connection.send(frame)

    def missed_since(self, sequence: int) -> list[Json] | None:
        """Return the events after ``sequence``; None if some of them are no longer kept."""
        missed = [frame for frame in self.backlog if frame["s"] > sequence]
        return missed if len(missed) == self.sequence - sequence else None


class Connection:
    """One WebSocket; frames leave in the order in which they were given."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.socket = socket
        self._transport = transport
        self.session: Session | None = None
        self._frames: asyncio.Queue[Json] = asyncio.Queue()

    def send(self, frame: Json) -> None:
        """Send a frame soon; a client that is gone is noticed by the reading side."""
        self._frames.put_nowait(frame)

    async def next_frame(self) -> Json:
        """Wait for the next frame to leave, and take it."""
        return await self._frames.get()

    async def write(self) -> None:
        """Send frames until the socket is closed."""
        with contextlib.suppress(ConnectionError):
            while not self.socket.closed:
                await self.socket.send_str(json.dumps(await self.next_frame()))

    def cut(self) -> None:
        """Drop the TCP connection."""
        if self._transport:
            self._transport.abort()

    def leave(self) -> None:
        """Let the session live on without this connection."""
        if self.session and self.session.connection is self:
            self.session.connection = None
        self.session = None


class Gateway:
    """Accepts connections at ``url`` and publishes the world's events to their sessions."""

    def __init__(
        self, world: World, token: str, *, shards: int, heartbeat_seconds: float, privileged: bool
    ) -> None:
        self.world = world
        self.url = ""
        self.shards = shards
        self.identifies: list[tuple[int, int]] = []
        """The shards that identified, one entry for each IDENTIFY that was taken."""
        self.resumes = 0
        self._token = token
        self._heartbeat_seconds = heartbeat_seconds
        self._privileged = privileged
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        world.publish = self._publish

    @property
    def connected(self) -> list[Session]:
        """The sessions that have a connection now."""
        return [each for each in self._sessions.values() if each.connection]

    @property
    def complete(self) -> bool:
        """Whether every shard is connected."""
        sessions = self.connected
        counts = {session.shard[1] for session in sessions}
        return any(
            {each.shard[0] for each in sessions if each.shard[1] == count} == set(range(count))
            for count in counts
        )

    def _publish(self, name: str, subject: Subject, guild_id: int | None) -> None:
        wanting = [each for each in self._sessions.values() if each.wants(name, subject, guild_id)]
        if wanting:
            body = payloads.event(subject)
            for session in wanting:
                session.dispatch(name, body)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Speak with one client until its socket closes."""
        socket = web.WebSocketResponse(timeout=1.0, max_msg_size=1 << 20)
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        interval = int(self._heartbeat_seconds * 1000)
        connection.send({"op": HELLO, "d": {"heartbeat_interval": interval}})
        try:
            await self._read(connection)
        finally:
            self._end(connection)
            writer.cancel()
            await asyncio.wait([writer])
        return socket

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            code = self.take(connection, message.data)
            if code:
                await connection.socket.close(code=code)
                return

    def _end(self, connection: Connection) -> None:
        session = connection.session
        connection.leave()
        self._connections.discard(connection)
        # A client that leaves with 1000 or 1001 has ended its session.
        if session and connection.socket.close_code in {1000, 1001}:
            self._sessions.pop(session.id, None)
        self.world.changes.announce()

    def take(self, connection: Connection, text: str) -> int | None:
        """Act on one frame; return the code to close with, None to go on."""
        frame = _frame(text)
        if frame is None:
            return 4002
        op, body = frame
        if op == HEARTBEAT:
            connection.send({"op": HEARTBEAT_ACK})
            return None
        if op in {IDENTIFY, RESUME}:
            return self._begin(connection, op, body)
        if connection.session is None:
            return 4003
        return None if op in _IGNORED else 4001

    def _begin(self, connection: Connection, op: int, body: Json) -> int | None:
        if connection.session:
            return 4005
        if body.get("token") != self._token:
            return 4004
        if op == RESUME:
            self._resume(connection, body)
            return None
        return self._identify(connection, body)

    def _identify(self, connection: Connection, body: Json) -> int | None:
        shard, count = body.get("shard") or (0, 1)
        if not 0 <= shard < count:
            return 4010
        intents = int(body.get("intents") or 0)
        if intents & PRIVILEGED and not self._privileged:
            return 4014
        session = Session((shard, count), intents)
        self._sessions[session.id] = session
        while len(self._sessions) > SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        self._join(connection, session)
        self.identifies.append((shard, count))
        self._welcome(session)
        self.world.changes.announce()
        return None

    def _welcome(self, session: Session) -> None:
        guilds = [each for each in self.world.guilds.values() if session.serves(each.id)]
        ready = {
            "v": 10,
            "user": payloads.user(self.world.bot),
            "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self.world.bot.id), "flags": 0},
        }
        session.dispatch("READY", ready)
        for guild in guilds:
            available = {**payloads.guild_create(guild), "unavailable": False}
            session.dispatch("GUILD_CREATE", available)

    def _resume(self, connection: Connection, body: Json) -> None:
        session = self._sessions.get(str(body.get("session_id")))
        missed = session.missed_since(int(body.get("seq") or 0)) if session else None
        if session is None or missed is None:
            connection.send({"op": INVALID_SESSION, "d": False})
            return
        self._join(connection, session)
        for frame in missed:
            connection.send(frame)
        session.dispatch("RESUMED", {})
        self.resumes += 1
        self.world.changes.announce()

    def _join(self, connection: Connection, session: Session) -> None:
        session.connection = connection
        connection.session = session

    async def close(self, code: int) -> None:
        """Close every connection with a code; sessions stay, but for 1000 and 1001."""
        leaving = list(self._connections)
        for connection in leaving:
            if connection.session and code in {1000, 1001}:
                self._sessions.pop(connection.session.id, None)
            connection.leave()
        await asyncio.gather(*(each.socket.close(code=code) for each in leaving))

    def forget(self) -> None:
        """Forget every session that has no connection: none of them can be resumed."""
        for session in [each for each in self._sessions.values() if not each.connection]:
            del self._sessions[session.id]

    def drop(self) -> None:
        """Cut every connection without a word; sessions stay."""
        for connection in list(self._connections):
            connection.leave()
            connection.cut()

    def ask_to_reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        for connection in self._connections:
            connection.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is invalid (op 9); unless resumable, it is gone."""
        for connection in list(self._connections):
            if connection.session and not resumable:
                self._sessions.pop(connection.session.id, None)
                connection.leave()
            connection.send({"op": INVALID_SESSION, "d": resumable})

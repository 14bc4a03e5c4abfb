"""The schema, as an ordered list of migrations; a released one is never edited.

Times are milliseconds since 1970 in UTC; lists are JSON text. STRICT and WITHOUT ROWID apart, the
statements are in the subset that SQLite and PostgreSQL share; full text is SQLite's own.
"""

APPLICATION_ID = 0x50575245
"""`PWRE`, in the file's header (https://www.sqlite.org/pragma.html#pragma_application_id)."""

_FIRST = (
    """
    CREATE TABLE state (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE feeds (
        name TEXT PRIMARY KEY,
        etag TEXT,
        last_modified TEXT,
        first_success_at INTEGER,
        last_success_at INTEGER,
        next_at INTEGER NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        last_error_at INTEGER,
        entries_skipped INTEGER NOT NULL DEFAULT 0,
        fill_began_at INTEGER,
        fill_cursor TEXT,
        filled_at INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE batches (
        feed TEXT NOT NULL REFERENCES feeds (name),
        day TEXT NOT NULL,
        announced INTEGER,
        seen INTEGER NOT NULL,
        found INTEGER NOT NULL,
        known_by TEXT,
        trouble TEXT,
        trouble_at INTEGER,
        closed_at INTEGER,
        changed_at INTEGER,
        read_at INTEGER,
        PRIMARY KEY (feed, day)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX batches_by_day ON batches (day)",
    "CREATE INDEX batches_open ON batches (day) WHERE closed_at IS NULL",
    """
    CREATE TABLE requests (
        host_group TEXT PRIMARY KEY,
        last_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE papers (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        abstract TEXT NOT NULL,
        authors TEXT NOT NULL,
        categories TEXT NOT NULL,
        sources TEXT NOT NULL,
        version INTEGER,
        announce_type TEXT,
        announced_on TEXT,
        published INTEGER,
        upvotes INTEGER,
        stars INTEGER,
        comments INTEGER,
        code_url TEXT,
        author_comment TEXT,
        journal_ref TEXT,
        doi TEXT,
        withdrawn INTEGER NOT NULL DEFAULT 0,
        first_seen_at INTEGER NOT NULL,
        announced_at INTEGER,
        changed_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX papers_announced ON papers (announced_at) WHERE announced_at IS NOT NULL",
    "CREATE INDEX papers_seen ON papers (COALESCE(announced_at, first_seen_at))",
    "CREATE INDEX papers_upvotes ON papers (upvotes) WHERE upvotes IS NOT NULL",
    """
    CREATE VIRTUAL TABLE papers_text USING fts5 (
        title, abstract, title_words, abstract_words,
        tokenize = "unicode61 remove_diacritics 0 tokenchars '+#.'"
    )
    """,
    """
    CREATE TABLE vectors (
        paper_key INTEGER PRIMARY KEY REFERENCES papers (key),
        model TEXT NOT NULL,
        dimension INTEGER NOT NULL,
        vector BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX vectors_of_space ON vectors (model, dimension)",
    """
    CREATE TABLE channels (
        id INTEGER PRIMARY KEY,
        guild_id INTEGER NOT NULL,
        kind TEXT NOT NULL DEFAULT 'messages' CHECK (kind IN ('messages', 'forum')),
        language TEXT,
        paused_because TEXT,
        paused_at INTEGER,
        catch_up_days INTEGER NOT NULL DEFAULT 7,
        updates TEXT NOT NULL DEFAULT 'edit' CHECK (updates IN ('edit', 'thread', 'off'))
    ) STRICT
    """,
    "CREATE INDEX channels_of_guild ON channels (guild_id)",
    # Of each channel the quiet hours that hold now, or the next.
    """
    CREATE TABLE quiet_hours (
        channel_id INTEGER PRIMARY KEY REFERENCES channels (id),
        start_hour INTEGER NOT NULL CHECK (start_hour BETWEEN 0 AND 23),
        end_hour INTEGER NOT NULL CHECK (end_hour BETWEEN 0 AND 23),
        timezone TEXT NOT NULL,
        starts_at INTEGER NOT NULL,
        ends_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX quiet_hours_end ON quiet_hours (ends_at)",
    "CREATE INDEX quiet_hours_start ON quiet_hours (starts_at)",
    # An id is never used again: the matches of a query that is gone stay, and mean nothing.
    """
    CREATE TABLE queries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        text TEXT NOT NULL UNIQUE,
        condition TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    """
    CREATE TABLE postings (
        term TEXT NOT NULL,
        query_id INTEGER NOT NULL REFERENCES queries (id) ON DELETE CASCADE,
        exact INTEGER NOT NULL,
        PRIMARY KEY (term, query_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX postings_of_query ON postings (query_id)",
    """
    CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY,
        query_id INTEGER NOT NULL REFERENCES queries (id),
        channel_id INTEGER NOT NULL REFERENCES channels (id),
        mode TEXT NOT NULL CHECK (mode IN ('now', 'daily')),
        created_by INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        muted_until INTEGER,
        UNIQUE (channel_id, query_id)
    ) STRICT
    """,
    """
    CREATE INDEX subscriptions_of_query
        ON subscriptions (query_id, channel_id, mode, muted_until)
    """,
    # By paper, so that the rows of a new paper come to stand together at the end.
    """
    CREATE TABLE matches (
        paper_key INTEGER NOT NULL REFERENCES papers (key),
        query_id INTEGER NOT NULL,
        PRIMARY KEY (paper_key, query_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY,
        channel_id INTEGER NOT NULL REFERENCES channels (id),
        kind TEXT NOT NULL CHECK (kind IN ('papers', 'digest', 'catch-up', 'update')),
        state TEXT NOT NULL
            CHECK (state IN ('due', 'sending', 'aside', 'sent', 'deleted', 'refused')),
        digest_day TEXT,
        note TEXT,
        page INTEGER NOT NULL DEFAULT 1,
        pages INTEGER NOT NULL DEFAULT 1,
        papers INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        next_attempt_at INTEGER NOT NULL,
        first_attempt_at INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        failed_at INTEGER,
        error TEXT,
        told_until INTEGER NOT NULL DEFAULT 0,
        message_id INTEGER,
        thread_id INTEGER,
        sent_at INTEGER
    ) STRICT
    """,
    """
    CREATE INDEX posts_unfinished ON posts (channel_id, id)
        WHERE state IN ('due', 'sending', 'aside')
    """,
    "CREATE INDEX posts_of_channel ON posts (channel_id, state)",
    # Papers that were owed to somebody: not all that happens to them is announced.
    """
    CREATE TABLE follows (
        paper_key INTEGER PRIMARY KEY,
        since INTEGER NOT NULL,
        next_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX follows_due ON follows (next_at)",
    # Posts that answer others in their threads: what happened to which paper.
    """
    CREATE TABLE answers (
        post_id INTEGER PRIMARY KEY REFERENCES posts (id),
        answered INTEGER NOT NULL,
        paper_key INTEGER NOT NULL,
        names TEXT NOT NULL
    ) STRICT
    """,
    # What happened to papers, each thing once.
    """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        paper_key INTEGER NOT NULL REFERENCES papers (key),
        name TEXT NOT NULL,
        at INTEGER NOT NULL,
        UNIQUE (paper_key, name)
    ) STRICT
    """,
    # Posts whose papers changed after they were written, and the last event that is to be shown.
    """
    CREATE TABLE revisions (
        post_id INTEGER PRIMARY KEY REFERENCES posts (id),
        channel_id INTEGER NOT NULL,
        event INTEGER NOT NULL,
        owed_at INTEGER NOT NULL,
        next_attempt_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        refused INTEGER NOT NULL DEFAULT 0,
        error TEXT
    ) STRICT
    """,
    "CREATE INDEX revisions_due ON revisions (next_attempt_at) WHERE refused = 0",
    "CREATE INDEX revisions_of_channel ON revisions (channel_id)",
    # Each time that a paper became owed to channels: what the outbox reads in order.
    """
    CREATE TABLE fan_outs (
        id INTEGER PRIMARY KEY,
        paper_key INTEGER NOT NULL REFERENCES papers (key),
        owed_at INTEGER NOT NULL
    ) STRICT
    """,
    # Without references to channels and papers: a row comes from a subscription, which has one, and
    # papers are never deleted; to check each again is a fifth of the cost of owing it. Nor is there
    # an index by channel: thousands of channels may be owed a paper at once, and to change as many
    # pages of an index is most of what that cost.
    """
    CREATE TABLE deliveries (
        paper_key INTEGER NOT NULL,
        channel_id INTEGER NOT NULL,
        fan_out INTEGER NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('now', 'daily', 'catch-up')),
        post_id INTEGER REFERENCES posts (id),
        PRIMARY KEY (paper_key, channel_id)
    ) STRICT, WITHOUT ROWID
    """,
    # Where a channel has deliveries without a post, and the first fan-out that may hold one.
    """
    CREATE TABLE waiting (
        channel_id INTEGER NOT NULL,
        mode TEXT NOT NULL,
        fan_out INTEGER NOT NULL,
        PRIMARY KEY (channel_id, mode)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX deliveries_of_post ON deliveries (post_id) WHERE post_id IS NOT NULL",
    """
    CREATE TABLE digests (
        channel_id INTEGER PRIMARY KEY REFERENCES channels (id),
        hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
        timezone TEXT NOT NULL,
        days TEXT NOT NULL,
        next_at INTEGER,
        last_day TEXT,
        last_at INTEGER,
        last_papers INTEGER,
        last_checked INTEGER,
        last_reason TEXT,
        tells_empty INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE INDEX digests_due ON digests (next_at)",
    # Without a text where what the model wrote may not be shown: it is not asked again. Without a
    # reference too: each change of a paper would write its row more than once.
    """
    CREATE TABLE summaries (
        paper_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        language TEXT NOT NULL,
        model TEXT NOT NULL,
        text TEXT,
        told_at INTEGER NOT NULL,
        PRIMARY KEY (paper_id, version, language, model)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE model_days (
        day TEXT PRIMARY KEY,
        requests INTEGER NOT NULL DEFAULT 0,
        tokens INTEGER NOT NULL DEFAULT 0,
        written INTEGER NOT NULL DEFAULT 0,
        unfaithful INTEGER NOT NULL DEFAULT 0,
        refused INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    # A person's own, in every server that they share with the bot.
    """
    CREATE TABLE saved (
        user_id INTEGER NOT NULL,
        paper_key INTEGER NOT NULL REFERENCES papers (key),
        note TEXT NOT NULL DEFAULT '',
        saved_at INTEGER NOT NULL,
        PRIMARY KEY (user_id, paper_key)
    ) STRICT, WITHOUT ROWID
    """,
    # One vote of a member on a paper in a server, and the channel in which it was given.
    """
    CREATE TABLE votes (
        guild_id INTEGER NOT NULL,
        paper_key INTEGER NOT NULL REFERENCES papers (key),
        user_id INTEGER NOT NULL,
        channel_id INTEGER NOT NULL,
        value INTEGER NOT NULL CHECK (value IN (-1, 1)),
        voted_at INTEGER NOT NULL,
        PRIMARY KEY (guild_id, paper_key, user_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX votes_of_guild ON votes (guild_id, voted_at)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
"""Migration *n* (from 1) brings `user_version` from *n - 1* to *n*."""

"""The loopback Discord as a page in a browser: what it holds, and a person's hands on it.

An adapter over the same world that the bot speaks to; served on 127.0.0.1 only. Text of papers
is hostile here too: all of it passes `html.escaped`, and the page may load nothing from elsewhere.
"""

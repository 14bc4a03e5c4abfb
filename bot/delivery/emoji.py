"""Which characters Discord draws as emoji. A table; decides nothing.

Source: Unicode's emoji-data.txt (Extended_Pictographic that are Emoji), which Discord follows
whether or not a variation selector stands behind; ©, ® and ™ stay text there.
"""

# U+2600 to U+27BF
_MISCELLANEOUS = (
    "☀☁☂☃☄☎☑☔☕☘☝☠☢☣☦☪☮☯☸☹☺♀♂♈♉♊♋♌♍♎♏♐♑♒♓♟♠♣♥♦♨♻♾♿⚒⚓⚔⚕⚖⚗⚙⚛⚜⚠⚡⚧⚪⚫⚰⚱⚽⚾⛄⛅⛈⛎⛏⛑⛓⛔⛩⛪⛰⛱⛲⛳⛴⛵⛷⛸"
    "⛹⛺⛽✂✅✈✉✊✋✌✍✏✒✔✖✝✡✨✳✴❄❇❌❎❓❔❕❗❣❤➕➖➗➡➰➿"  # noqa: RUF001 - signs
)
_ELSEWHERE = "‼⁉ℹ↔↕↖↗↘↙↩↪⌚⌛⌨⏏⏩⏪⏫⏬⏭⏮⏯⏰⏱⏲⏳⏸⏹⏺Ⓜ▪▫▶◀◻◼◽◾⤴⤵⬅⬆⬇⬛⬜⭐⭕〰〽㊗㊙"  # noqa: RUF001 - signs
_SINGLE = frozenset(_MISCELLANEOUS + _ELSEWHERE)
_FIRST_PLANE = "\U0001f000"
_LAST_PLANE = "\U0001faff"


def is_emoji(letter: str) -> bool:
    """Return whether Discord draws this code point, alone or in a sequence, as an emoji.

    Of the planes that hold nothing but pictures, all count: some are emoji only in later versions.
    """
    return letter in _SINGLE or _FIRST_PLANE <= letter <= _LAST_PLANE

"""Foreign JSON read field by field: what one of them says badly costs only that field. Pure."""

import json
from typing import Annotated, Any, TypeVar

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

T = TypeVar("T")


def _none_if_bad(
    value: object, parse_value: ValidatorFunctionWrapHandler, _: ValidationInfo
) -> Any:  # noqa: ANN401 - whatever the field's own validator returns
    try:
        return parse_value(value)
    except ValidationError:
        return None


Lenient = Annotated[T | None, WrapValidator(_none_if_bad)]
"""A field that is None where it is missing, null or of another type than expected."""
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


def clean(body: bytes) -> bytes:
    r"""Return the JSON with a question mark for each half of a surrogate pair.

    Pydantic refuses the whole document for one ``\ud800`` in one title. Raises ValueError or
    RecursionError for what is no JSON.
    """
    return json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")

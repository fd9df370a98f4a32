"""Values that people send, held against the parameter that they are for."""

from __future__ import annotations

from typing import Any

from codecraft.common.errors import InvalidInput
from mixer.engine.console.catalogue import Param

_HUGE = 1e300


def param_value(param: Param, value: Any, path: str) -> Any:
    """The value of a switch, a choice or a number of its range. Raises InvalidInput with the path as field."""
    if param.is_switch:
        if not isinstance(value, bool):
            raise InvalidInput(f"{param.label} is a switch: true or false.", field=path)
        return value
    if param.choices:
        if value not in param.choices:
            raise InvalidInput(f"{param.label} is one of: {', '.join(param.choices)}.", field=path)
        return value
    return number(value, path, param.lowest, param.highest)


def number(value: Any, path: str, lowest: float, highest: float) -> float:
    """A finite number of its range, as a plain float. Raises InvalidInput with the path as field."""
    # whole numbers may be too large even to ask whether they are finite
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _HUGE
    if not is_number:
        raise InvalidInput(f"{path} must be a number from {lowest:g} to {highest:g}.", field=path)
    if not lowest <= value <= highest:
        raise InvalidInput(f"{path} must lie from {lowest:g} to {highest:g}; {value:g} does not.", field=path)
    return float(value) + 0.0  # -0.0 becomes 0.0: the same wish has the same key

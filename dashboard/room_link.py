"""Links for a room of people: to machines that they reach, as a QR code and as letters to type."""

from collections.abc import Mapping
from html import escape
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit import net_util

from dashboard.i18n import _

STYLE = Path(__file__).with_suffix(".css")


def show(link: str, also: str = "") -> None:
    """A link as a QR code and as text, to be read from the last row.

    Args:
        link: for other machines.
        also: written below it, such as a room's code.
    """
    import segno  # by those who show a link: pages open sooner

    picture = segno.make(link, error="m").svg_data_uri(border=4, dark="#000", light="#fff")
    alt = escape(_("A QR code of the link below"))
    lines = "".join(f"<p>{escape(line)}</p>" for line in (link, also) if line)
    st.html(STYLE)
    st.html(f"<div class='room-link'><img src='{escape(picture)}' alt='{alt}'>{lines}</div>")
    if _is_own(urlsplit(link).hostname or ""):
        st.caption(_("Only this machine can open it: the dashboard is not on a network."))


def link(parameters: Mapping[str, str]) -> str:
    """A link to the dashboard's first page with these parameters, for other machines."""
    url = urlsplit(st.context.url or "http://localhost:8501/")
    host = url.hostname or "localhost"
    if _is_own(host):
        host = net_util.get_internal_ip() or host
    place = f"{host}:{url.port}" if url.port else host
    return f"{url.scheme}://{place}/?{urlencode(parameters)}"


def _is_own(host: str) -> bool:
    """Whether a host's name means the machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

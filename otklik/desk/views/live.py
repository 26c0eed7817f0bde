"""The live stream: which tickets changed, as it happens, for the pages that stand open."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from time import monotonic

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from otklik.desk.lookers import lookers
from otklik.journal.live import latest, stream
from otklik.journal.models import Event, Position
from otklik.lib.threads import aside
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

# A stream ends after so long; the browser comes back at once, and is asked again who it is and what it may see.
LENGTH_SECONDS = 300


async def live(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events. A browser that was away says where it stopped and gets exactly what it missed.

    A page that shows one ticket names it, and hears when others come to it, leave it or write there.
    """
    member = await request.auser()
    if not isinstance(member, Member) or not member.is_active:
        return HttpResponse(status=403)
    seen = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    position = Position.parse(seen) or await sync_to_async(latest)()
    ticket = await sync_to_async(_shown)(member, request.GET.get("ticket", ""))
    # Neither a proxy nor the compression may wait for more.
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Content-Encoding": "identity"}
    return StreamingHttpResponse(_told(member, position, ticket), content_type="text/event-stream", headers=headers)


async def _told(member: Member, position: Position, ticket: int | None = None) -> AsyncIterator[str]:
    yield f"retry: 2000\nid: {position}\ndata: {{}}\n\n"
    until = monotonic() + LENGTH_SECONDS
    others = [_lookers(ticket)] if ticket else []
    async with aclosing(merged(_changes(member, position), *others)) as told:
        async for said in told:
            yield said
            if monotonic() > until:
                return


async def _changes(member: Member, position: Position) -> AsyncGenerator[str, None]:
    async with aclosing(stream.follow(position)) as batches:
        async for batch in batches:
            yield await aside(message, member, batch) if batch else ": still here\n\n"


async def _lookers(ticket: int) -> AsyncGenerator[str, None]:
    async with aclosing(lookers.follow(ticket)) as changes:
        async for _change in changes:
            yield f"data: {json.dumps({'looking': ticket})}\n\n"


async def merged(*sources: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """What several sources yield, as it comes; when one ends or fails, all end."""
    waiting = {asyncio.ensure_future(anext(source)): source for source in sources}
    try:
        while True:
            done, _pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                source = waiting.pop(each)
                yield each.result()
                waiting[asyncio.ensure_future(anext(source))] = source
    except StopAsyncIteration:
        return
    finally:
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for source in sources:
            await source.aclose()


def _shown(member: Member, wanted: str) -> int | None:
    """The ticket that the page shows, if the member may see it."""
    if not wanted.isdecimal() or len(wanted) > 18:
        return None
    return Ticket.objects.visible_to(member).filter(pk=wanted).values_list("pk", flat=True).first()


def message(member: Member, batch: list[Event]) -> str:
    """One message for a batch: the numbers of the changed tickets that the member may see, and where to go on.

    The member is looked up anew: whoever was shut out or left a team meanwhile learns no more.
    """
    changed = {event.about_id for event in batch if event.about == Ticket.journal_name}
    tickets: list[int] = []
    if changed:
        visible = Ticket.objects.visible_to(Member.objects.get(pk=member.pk)).filter(pk__in=changed)
        tickets = sorted(visible.values_list("pk", flat=True))
    return f"id: {batch[-1].position}\ndata: {json.dumps({'tickets': tickets})}\n\n"

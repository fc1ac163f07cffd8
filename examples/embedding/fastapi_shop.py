"""A shop on FastAPI and asynchronous SQLAlchemy whose orders and points share one transaction.

    SHOP_DATABASE=shop.db uvicorn --factory fastapi_shop:create_app --app-dir examples/embedding

An order is saved, taken out of stock and rewarded in one transaction of the shop's own AsyncSession. If
anything in it is refused, there is no order and there are no points.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from loyalty_adapters import AsyncLoyaltyEngine, open_async_engine
from loyalty_engine import Purchase
from loyalty_engine.errors import BadInput, LoyaltyError, Refusal

RULES = Path(__file__).parent / "shop.yaml"


class Base(DeclarativeBase):
    """The shop's own tables; those of the engine stand beside them and begin with `loyalty_`."""


class Article(Base):
    """What is sold, and how many are left."""

    __tablename__ = "article"
    sku: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int]
    stock: Mapped[int]


class Order(Base):
    """Who bought how many of what."""

    __tablename__ = "shop_order"
    id: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[str]
    sku: Mapped[str]
    quantity: Mapped[int]


class NewOrder(BaseModel):
    """An order as it is sent."""

    id: str
    member: str
    sku: str
    quantity: int = 1


class Shop:
    """What the endpoints use: sessions of the shop's own, and the engine on the same database."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], loyalty: AsyncLoyaltyEngine) -> None:
        self.sessions = sessions
        self.loyalty = loyalty

    async def place(self, new: NewOrder) -> dict[str, Any]:
        """Save an order and grant its points; both or neither. Raises HTTPException and LoyaltyError."""
        async with self.sessions() as session, session.begin():
            article = await session.get(Article, new.sku)
            if article is None:
                raise HTTPException(404, "no such article")
            order = Order(id=new.id, member=new.member, sku=new.sku, quantity=new.quantity)
            session.add(order)
            receipt = await self.loyalty.within(session).record(_purchase(order, article))
            enough = (Article.sku == new.sku) & (Article.stock >= new.quantity)
            less = update(Article).where(enough).values(stock=Article.stock - new.quantity)
            if (await session.execute(less.returning(Article.stock))).first() is None:
                raise HTTPException(409, "sold out")  # which takes back what the receipt says
        return {"order": new.id, "points": receipt.totals["points"]}


def create_app(database: str | None = None) -> FastAPI:
    """The application on a database file, which is made when it is not there."""
    path = Path(database or os.environ.get("SHOP_DATABASE", "shop.db")).absolute()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
        try:
            async with open_async_engine(f"sqlite:///{path}", rulebook=RULES) as loyalty:
                async with engine.begin() as connection:
                    await connection.run_sync(Base.metadata.create_all)
                app.state.shop = Shop(async_sessionmaker(engine), loyalty)
                yield
        finally:
            await engine.dispose()

    app = FastAPI(title="Corner shop", lifespan=life)

    @app.post("/orders", status_code=201)
    async def place_order(new: NewOrder, request: Request) -> dict[str, Any]:
        shop: Shop = request.app.state.shop
        return await shop.place(new)

    @app.get("/members/{member}/points")
    async def points(member: str, request: Request) -> dict[str, Any]:
        shop: Shop = request.app.state.shop
        balance = await shop.loyalty.balance(member)
        return {"member": member, "points": balance["currencies"]["points"]["available"]}

    @app.exception_handler(LoyaltyError)
    async def refused(_: Request, error: LoyaltyError) -> JSONResponse:
        status = 409 if isinstance(error, Refusal) else 422 if isinstance(error, BadInput) else 503
        return JSONResponse({"code": error.code, "message": error.message}, status)

    return app


def _purchase(order: Order, article: Article) -> Purchase:
    """The order as an activity: its id makes sure that it earns once."""
    amount = Decimal(article.cents * order.quantity) / 100
    return Purchase(
        id=order.id,
        source="web",
        member=order.member,
        at=datetime.now(UTC).isoformat(),
        lines=[{"sku": order.sku, "quantity": order.quantity, "amount": f"{amount:.2f}"}],
    )

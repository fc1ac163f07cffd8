"""The same shop on Flask and synchronous SQLAlchemy: one transaction for an order and its points.

    SHOP_DATABASE=shop.db flask --app examples/embedding/flask_shop.py run

The engine is opened once for all threads. A server that forks its workers may open it before: each worker's
first call opens the database anew.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import create_engine, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from loyalty_adapters import open_engine
from loyalty_engine import Purchase
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
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


class ShopError(Exception):
    """What the shop itself does not do, and its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Shop:
    """What the views use: sessions of the shop's own, and the engine on the same database."""

    def __init__(self, sessions: sessionmaker[Session], loyalty: LoyaltyEngine) -> None:
        self.sessions = sessions
        self.loyalty = loyalty

    def place(self, new: dict[str, Any]) -> dict[str, Any]:
        """Save an order and grant its points; both or neither. Raises ShopError and LoyaltyError."""
        with self.sessions.begin() as session:
            article = session.get(Article, new["sku"])
            if article is None:
                raise ShopError(404, "no such article")
            order = Order(id=new["id"], member=new["member"], sku=new["sku"], quantity=int(new["quantity"]))
            session.add(order)
            receipt = self.loyalty.within(session).record(_purchase(order, article))
            enough = (Article.sku == order.sku) & (Article.stock >= order.quantity)
            less = update(Article).where(enough).values(stock=Article.stock - order.quantity)
            if session.execute(less.returning(Article.stock)).first() is None:
                raise ShopError(409, "sold out")  # which takes back what the receipt says
        return {"order": new["id"], "points": receipt.totals["points"]}


def create_app(database: str | None = None) -> Flask:
    """The application on a database file, which is made when it is not there."""
    path = Path(database or os.environ.get("SHOP_DATABASE", "shop.db")).absolute()
    engine = create_engine(f"sqlite:///{path}")
    shop = Shop(sessionmaker(engine), open_engine(f"sqlite:///{path}", rulebook=RULES))
    Base.metadata.create_all(engine)

    app = Flask("corner-shop")
    app.extensions["shop"] = shop

    @app.post("/orders")
    def place_order() -> ResponseReturnValue:
        return jsonify(shop.place(request.get_json())), 201

    @app.get("/members/<member>/points")
    def points(member: str) -> ResponseReturnValue:
        balance = shop.loyalty.balance(member)
        return jsonify(member=member, points=balance["currencies"]["points"]["available"])

    @app.errorhandler(LoyaltyError)
    def refused(error: LoyaltyError) -> ResponseReturnValue:
        status = 409 if isinstance(error, Refusal) else 422 if isinstance(error, BadInput) else 503
        return jsonify(code=error.code, message=error.message), status

    @app.errorhandler(ShopError)
    def not_done(error: ShopError) -> ResponseReturnValue:
        return jsonify(code="ShopError", message=str(error)), error.status

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

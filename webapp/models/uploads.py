"""Files that people sent through the browser, kept until nothing reads them any more: web and
workers share no disk."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Count, CreatedAt, Id, Words


class Upload(Base):
    __tablename__ = "uploads"

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), index=True)
    name: Mapped[Words]
    bytes: Mapped[Count]
    created_at: Mapped[CreatedAt]


class UploadChunk(Base):
    __tablename__ = "upload_chunks"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)

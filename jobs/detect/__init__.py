"""What kind of feed is this file? A known one has its preset; for another a mapping is proposed."""

from jobs.detect.detection import Detection, detect_feed

__all__ = ["Detection", "detect_feed"]

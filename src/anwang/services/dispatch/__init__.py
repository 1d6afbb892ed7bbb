"""派案: who must take a report, by when; returns, disputes, the hand-over of a shift."""

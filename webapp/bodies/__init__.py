"""From the body of one webhook request to its records, as a feed's reader would give them: what a
worker cuts a delivery with, and the door's page for trying one. No input or output.
"""

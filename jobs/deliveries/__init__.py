"""What becomes of webhook deliveries once they are durable: cut into records, fetched where they
only say what changed, worked again on a person's word, answered with a receipt, forgotten in time.
"""

"""What people type: fields, and the sentences that say what to correct."""

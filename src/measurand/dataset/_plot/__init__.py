"""Pictures for a look, with matplotlib: what to draw of a run, and how. Knows no folder, and never touches pyplot."""

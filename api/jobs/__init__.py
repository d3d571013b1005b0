"""Files of drafts worked through in the background: taken in, checked, handed out, told of."""

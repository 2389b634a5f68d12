//! What goes out: return workbooks for readers and batches, a mailing list for the post.

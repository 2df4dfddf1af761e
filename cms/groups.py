"""Who may do what: the site's four groups."""

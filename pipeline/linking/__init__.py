"""Facts put in relation: the roles of dates, the antecedents of citations, which document and which body is meant."""

extension TableRows: ElementStream {}

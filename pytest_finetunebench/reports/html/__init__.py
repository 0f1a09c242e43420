"""The HTML report: one file that needs no network, in which text from models can do nothing.

`page` joins the parts; `explorer` makes the data of the table of answers; `pictures` draws SVG. jinja2 escapes every
value. The page's own style and script are named in its content security policy by their hashes.
May import `reports`, `runs` and below.
"""

"""Is this page right? Claims of articles and offers, put to the test by the program itself.

A claims file says in structured form what a page states: a fact of a card, a sum, that a model
fits, a rate, a price, or what to buy. Each claim is tried in every case that the page leaves open
(editions, contexts, dates, prices); where it is true in all of them it holds, in none it is
refuted, in some it depends, and where nobody but the page knows it cannot be checked.
"""

"""What helps with a product: articles for customers and staff, faults known from solved cases, and customers who help.

An Article is about a product and states of an order. A Solution is a solved ticket as fault help finds it again. A
Question is a customer's, shown to all with their consent; helpers' accepted Answers earn by a rule. Texts of people are
sealed and found by blind marks, those of articles are the brand's own words. Facts: AnswerAccepted.
"""

"""Training of those who serve customers: courses with a quiz and a certificate, and drills with a simulated customer.

A **programme** is what somebody must know, and how often there is a course of it (products monthly, skills
quarterly). A **course** has materials and a quiz; who has attended and passed gets a **certificate** that ends some day
and that the desk may ask for before tickets of a kind come to somebody. A **drill** is a talk with a customer that a
**script** plays by rules; the score follows from the script and the talk alone. Candidates work a drill by a link.

Stands above org alone, so that the desk can ask it. Records no facts: training is not the customer's story.
"""

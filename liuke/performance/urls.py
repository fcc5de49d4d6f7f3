"""Pages of figures and bonuses. Mounted under /console/people/."""

from django.urls import path

from liuke.performance.console import bonus, people

app_name = "performance"
urlpatterns = [
    path("", people.people, name="people"),
    path("<int:staff_id>/", people.person, name="person"),
    path("bonuses/", bonus.bonuses, name="bonuses"),
    path("bonuses/suggest/", bonus.suggest, name="suggest"),
    path("bonuses/paid/", bonus.paid, name="paid"),
    path("bonuses/file/", bonus.bonus_file, name="bonus_file"),
    path("bonuses/terms/", bonus.terms, name="terms"),
    path("bonuses/<int:bonus_id>/", bonus.decide, name="decide"),
]

"""Articles, fault help and peer help for staff. Mounted under /console/help/."""

from django.urls import path

from liuke.knowledge import console

app_name = "knowledge"
urlpatterns = [
    path("", console.articles_page, name="articles"),
    path("articles/new/", console.article, name="article_new"),
    path("articles/<int:article_id>/", console.article, name="article"),
    path("articles/<int:article_id>/publish/", console.publish, name="publish"),
    path("faults/<str:number>/", console.fault_help, name="faults"),
    path("faults/<str:number>/advise/", console.advise, name="advise"),
    path("peers/", console.peers_page, name="peers"),
    path("peers/<str:kind>/<int:row_id>/", console.review, name="review"),
]

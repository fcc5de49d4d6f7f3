"""Pages of training. Mounted under /console/training/."""

from django.urls import path

from liuke.training.console import courses, drills

app_name = "training"
urlpatterns = [
    path("", courses.overview, name="overview"),
    path("programmes/new/", courses.programme_new, name="programme_new"),
    path("programmes/<int:programme_id>/", courses.programme, name="programme"),
    path("programmes/<int:programme_id>/courses/new/", courses.course_edit, name="course_new"),
    path("programmes/<int:programme_id>/courses/<int:course_id>/", courses.course_edit, name="course_edit"),
    path("courses/<int:course_id>/", courses.course, name="course"),
    path("courses/<int:course_id>/act/", courses.act, name="act"),
    path("courses/<int:course_id>/people/<int:staff_id>/", courses.mark, name="mark"),
    path("certificates/<int:certificate_id>/withdraw/", courses.certificate_withdraw, name="certificate_withdraw"),
    path("drills/", drills.drills_page, name="drills"),
    path("drills/<int:drill_id>/", drills.drill, name="drill"),
    path("scripts/new/", drills.script, name="script_new"),
    path("scripts/<int:script_id>/", drills.script, name="script"),
    path("scripts/<int:script_id>/begin/", drills.begin, name="begin"),
    path("scripts/<int:script_id>/invite/", drills.invite, name="invite"),
]

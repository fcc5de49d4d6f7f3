"""Pages of causes and improvements. Mounted under /console/improve/."""

from django.urls import path

from liuke.improve import console

app_name = "improve"
urlpatterns = [
    path("", console.causes, name="causes"),
    path("file/", console.causes_file, name="causes_file"),
    path("cause/", console.cause, name="cause"),
    path("cause/open/", console.open_task, name="open_task"),
    path("tasks/", console.tasks, name="tasks"),
    path("tasks/file/", console.tasks_file, name="tasks_file"),
    path("tasks/<int:task_id>/", console.task, name="task"),
    path("tasks/<int:task_id>/move/", console.move, name="move"),
]

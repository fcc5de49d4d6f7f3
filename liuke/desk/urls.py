"""The desk's pages for staff. Mounted under /console/desk/."""

from django.urls import path

from liuke.desk.console import board, errands, inbox, roster, ticket, ticket_acts

app_name = "desk"
urlpatterns = [
    path("tickets/", inbox.page, name="tickets"),
    path("tickets/news/", inbox.news, name="tickets_news"),
    path("tickets/next/", inbox.pull, name="pull"),
    path("tickets/away/", inbox.away, name="away"),
    path("tickets/bulk/", inbox.bulk, name="bulk"),
    path("tickets/people/", errands.people, name="people"),
    path("tickets/<str:number>/", ticket.page, name="ticket"),
    path("tickets/<str:number>/news/", ticket.news, name="ticket_news"),
    path("tickets/<str:number>/viewers/", ticket.viewers, name="ticket_viewers"),
    path("tickets/<str:number>/look/", ticket.look, name="ticket_look"),
    path("tickets/<str:number>/send/", ticket.send, name="ticket_send"),
    path("tickets/<str:number>/work/", errands.work, name="ticket_work"),
    path("tickets/<str:number>/ask/", errands.ask, name="ticket_ask"),
    path("tickets/<str:number>/take/", ticket_acts.take, name="ticket_take"),
    path("tickets/<str:number>/hand-over/", ticket_acts.hand_over, name="ticket_hand_over"),
    path("tickets/<str:number>/change/", ticket_acts.change, name="ticket_change"),
    path("tickets/<str:number>/merge/", ticket_acts.merge, name="ticket_merge"),
    path("tickets/<str:number>/split/", ticket_acts.split, name="ticket_split"),
    path("tickets/<str:number>/spam/", ticket_acts.spam, name="ticket_spam"),
    path("tickets/<str:number>/back/", ticket_acts.back, name="ticket_back"),
    path("pictures/<int:picture_id>/<str:size>/", ticket.picture, name="picture"),
    path("board/", board.page, name="board"),
    path("board/news/", board.news, name="board_news"),
    path("errands/", errands.errands, name="errands"),
    path("errands/<int:task_id>/", errands.act, name="errand"),
    path("departments/", errands.department, name="department"),
    path("departments/begin/", errands.begin, name="departments_begin"),
    path("roster/", roster.roster, name="roster"),
    path("roster/rotation/", roster.rotation_add, name="rotation_add"),
    path("roster/rotation/<int:rotation_id>/drop/", roster.rotation_drop, name="rotation_drop"),
    path("roster/change/", roster.change_add, name="change_add"),
    path("roster/change/<int:change_id>/drop/", roster.change_drop, name="change_drop"),
    path("roster/calls/", roster.calls, name="calls"),
    path("roster/seen/", roster.seen, name="seen"),
]

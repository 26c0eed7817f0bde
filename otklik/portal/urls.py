"""Addresses of the client's side, under /help/."""

from django.urls import path

from .views import change, chat, form, home, knowledge, look, survey, ticket

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("look/", look.look, name="look"),
    path("form/<str:slug>/", form.write, name="form"),
    path("form/<str:slug>/sent/<str:token>/", form.sent, name="form-sent"),
    path("articles/", knowledge.home, name="knowledge"),
    path("articles/suggestions/", knowledge.suggestions, name="article-suggestions"),
    path("articles/<int:pk>/", knowledge.article, name="article"),
    path("articles/<int:pk>-<slug:slug>/", knowledge.article, name="article"),
    path("articles/<int:pk>/voice/", knowledge.voice, name="article-voice"),
    path("articles/<int:pk>/files/<int:file>/", knowledge.article_file, name="article-file"),
    path("sections/<int:pk>-<slug:slug>/", knowledge.section, name="section"),
    path("sitemap.xml", knowledge.sitemap, name="sitemap"),
    path("chat/<slug:slug>/", chat.frame, name="chat"),
    path("chat/<slug:slug>/widget.js", chat.widget, name="chat-widget"),
    path("chat/<slug:slug>/preview/", chat.preview, name="chat-preview"),
    path("chat/<slug:slug>/begin/", chat.begin_talk, name="chat-begin"),
    path("chat/<slug:slug>/say/", chat.say_it, name="chat-say"),
    path("chat/<slug:slug>/talk/", chat.talk, name="chat-talk"),
    path("chat/<slug:slug>/stream/", chat.stream, name="chat-stream"),
    path("chat/<slug:slug>/doing/", chat.doing, name="chat-doing"),
    path("chat/<slug:slug>/end/", chat.end, name="chat-end"),
    path("chat/<slug:slug>/transcript/", chat.transcript, name="chat-transcript"),
    path("chat/<slug:slug>/files/<int:pk>/", chat.file, name="chat-file"),
    path("t/<str:token>/", ticket.conversation, name="ticket"),
    path("t/<str:token>/messages/<int:pk>/", change.change, name="ticket-message"),
    path("t/<str:token>/state/", ticket.state, name="ticket-state"),
    path("t/<str:token>/files/<int:pk>/", ticket.attachment, name="ticket-file"),
    path("s/<str:token>/", survey.survey, name="survey"),
    path("s/<str:token>/wishes/", survey.wishes, name="survey-wishes"),
]

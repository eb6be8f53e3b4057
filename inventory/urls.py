from django.urls import path

from inventory import settingsviews, views

urlpatterns = [
    path("settings/", settingsviews.settings, name="settings"),
    path("settings/change/", settingsviews.change_settings, name="change_settings"),
    path("organisation/", views.profile, name="profile"),
    *(url for pages in views.PAGES for url in pages.urls()),
]

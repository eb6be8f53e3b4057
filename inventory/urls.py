from django.urls import path

from inventory import views

urlpatterns = [
    path("organisation/", views.profile, name="profile"),
    *(url for pages in views.PAGES for url in pages.urls()),
]

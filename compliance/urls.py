from compliance import views

urlpatterns = [url for pages in views.PAGES for url in pages.urls()]

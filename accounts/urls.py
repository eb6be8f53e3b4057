from django.urls import path

from accounts import keyviews, memberviews, signinviews, ssoviews, trailviews, views

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("help/", views.help_page, name="help"),
    path("o/<slug:slug>/settings/", views.settings, name="settings"),
    path("o/<slug:slug>/settings/change/", views.change_settings, name="change_settings"),
    path("o/<slug:slug>/settings/archive/", views.archive_organisation, name="archive_organisation"),
    path("o/<slug:slug>/settings/restore/", views.restore_organisation, name="restore_organisation"),
    path("sso/", ssoviews.find_provider, name="sso_find"),
    path("sso/again/", ssoviews.again, name="sso_again"),
    path("sso/callback/", ssoviews.callback, name="sso_callback"),
    path("sso/<str:provider_id>/", ssoviews.start, name="sso_start"),
    path("o/<slug:slug>/sign-in/sso/", ssoviews.sso_settings, name="sso_settings"),
    path("o/<slug:slug>/sign-in/sso/domains/", ssoviews.add_domain, name="add_domain"),
    path(
        "o/<slug:slug>/sign-in/sso/domains/<str:domain_id>/prove/", ssoviews.prove_domain, name="prove_domain"
    ),
    path(
        "o/<slug:slug>/sign-in/sso/domains/<str:domain_id>/remove/",
        ssoviews.remove_domain,
        name="remove_domain",
    ),
    path("o/<slug:slug>/sign-in/sso/provider/", ssoviews.set_provider, name="set_provider"),
    path("o/<slug:slug>/sign-in/sso/provider/remove/", ssoviews.remove_provider, name="remove_provider"),
    path("o/<slug:slug>/sign-in/sso/only/", ssoviews.set_only, name="set_sso_only"),
    path("security/sessions/", signinviews.my_sessions, name="my_sessions"),
    path("security/sessions/end-others/", signinviews.end_other_sessions, name="end_other_sessions"),
    path("security/sessions/<str:session_id>/end/", signinviews.end_session, name="end_session"),
    path("o/<slug:slug>/sign-in/", signinviews.sign_in_rules, name="sign_in_rules"),
    path(
        "o/<slug:slug>/sign-in/second-factor/",
        signinviews.change_second_factor,
        name="change_second_factor",
    ),
    path("invitations/<str:secret>/", memberviews.invitation, name="invitation"),
    path("o/<slug:slug>/settings/delete/", views.delete_organisation, name="delete_organisation"),
    path("o/<slug:slug>/members/", memberviews.members, name="members"),
    path("o/<slug:slug>/members/invite/", memberviews.invite, name="invite"),
    path("o/<slug:slug>/members/<str:user_id>/role/", memberviews.change_role, name="change_role"),
    path("o/<slug:slug>/members/<str:user_id>/limits/", memberviews.member_limits, name="member_limits"),
    path("o/<slug:slug>/members/<str:user_id>/remove/", memberviews.remove_member, name="remove_member"),
    path("o/<slug:slug>/members/<str:user_id>/erase/", memberviews.erase_member, name="erase_member"),
    path(
        "o/<slug:slug>/invitations/<str:invitation_id>/resend/",
        memberviews.resend_invitation,
        name="resend_invitation",
    ),
    path(
        "o/<slug:slug>/invitations/<str:invitation_id>/revoke/",
        memberviews.revoke_invitation,
        name="revoke_invitation",
    ),
    path("o/<slug:slug>/roles/", views.roles, name="roles"),
    path("o/<slug:slug>/api-keys/", keyviews.api_keys, name="api_keys"),
    path("o/<slug:slug>/api-keys/<str:key_id>/replace/", keyviews.replace_api_key, name="replace_api_key"),
    path("o/<slug:slug>/api-keys/<str:key_id>/revoke/", keyviews.revoke_api_key, name="revoke_api_key"),
    path("o/<slug:slug>/audit/", trailviews.audit_trail, name="audit_trail"),
    path("o/<slug:slug>/audit/check/", trailviews.audit_check, name="audit_check"),
    path("o/<slug:slug>/audit/export/", trailviews.export_audit, name="export_audit"),
]

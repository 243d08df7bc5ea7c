//! One step of a sign-on, whichever address it came by.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tokio::time::{Instant, sleep_until};

use crate::idp::authentication::Credentials;
use crate::idp::sign_on::{Asked, ChangePage, Next, SignInPage, SignOn, TicketSignOnStep};
use crate::idp::ticket::TicketOffer;
use crate::web::address::{Address, INTEGRATED, UPDATE_PASSWORD};
use crate::web::application_address::address;
use crate::web::cookie;
use crate::web::form::Fields;
use crate::web::headers::{Policy, SUBMIT_SCRIPT};
use crate::web::negotiate;
use crate::web::origin::{Site, site};
use crate::web::pages::{Application, ApplicationsPage, ChangePasswordPage, Hidden, LoginPage, Notice, PostPage};
use crate::web::places::Work;
use crate::web::reply::{again_at, page, problem, see_other, with_cookie};
use crate::web::server::{Incoming, Server};

/// Where the sign-in form leads, and what it carries along.
pub(super) struct Form {
    /// Path and query.
    pub(super) action: String,
    /// Hidden fields. No name may hold `user`, `email` or `pass`: clients drop or overwrite those.
    pub(super) hidden: Vec<Hidden>,
    /// Whether the form was asked for, and a ticket would be no answer.
    pub(super) is_wanted: bool,
}

impl Form {
    /// Where the same is asked for with a ticket.
    fn address_with_ticket(&self) -> String {
        self.action.split_once('?').map_or_else(|| INTEGRATED.to_owned(), |(_, query)| format!("{INTEGRATED}?{query}"))
    }
}

/// Whether a request asks for the form, in the words of AD FS's own.
pub(super) fn is_form_wanted(incoming: &Incoming, fields: &Fields) -> bool {
    let asks = |fields: &Fields| fields.first("AuthMethod").is_some_and(|method| method == "FormsAuthentication");
    let query = Fields::parse(incoming.parts.uri.query().unwrap_or_default().as_bytes());
    asks(fields) || query.is_some_and(|query| asks(&query))
}

/// Takes one step and shows what comes next.
pub(super) async fn sign_on(
    server: &Arc<Server>,
    incoming: Incoming,
    asked: Asked,
    typed: Option<(String, String)>,
    form: Form,
) -> Response {
    let Incoming { parts, client, address, .. } = incoming;
    if typed.is_some() && site(&parts.headers, server.provider.base_url()) == Site::Foreign {
        let text = "Another site tried to sign you in. If it was you, open the application again and sign in here.";
        return server.failure(StatusCode::FORBIDDEN, "Not signed in", text);
    }
    let began = Instant::now();
    let with_password = typed.is_some();
    let to_start = with_password && asked == Asked::Applications;
    let sealed = cookie::session(&parts.headers).map(str::to_owned);
    let credentials = typed.map(|(user_name, password)| Credentials::typed(user_name, password));
    let token = if with_password || !server.provider.takes_tickets() { None } else { negotiate::token(&parts.headers) };
    let with_ticket = token.is_some();
    let work = match (&credentials, &token, &sealed) {
        (Some(_), _, _) => Work::Password,
        (None, Some(_), _) => Work::Ticket,
        (None, None, Some(_)) => Work::Session,
        (None, None, None) => Work::Page,
    };
    let step = server
        .blocking(work, move |provider| {
            if let Some(token) = token {
                return provider.sign_on_by_ticket(&asked, &token, sealed.as_deref(), &client);
            }
            let sign_on = provider.sign_on(&asked, credentials.as_ref(), sealed.as_deref(), &client);
            TicketSignOnStep { sign_on, answer: None }
        })
        .await;
    let TicketSignOnStep { sign_on: SignOn { next, cookie }, answer } = match step {
        Ok(step) => step,
        Err(response) => return response,
    };
    if with_password && matches!(next, Next::SignIn(_) | Next::ChangePassword(_)) {
        sleep_until(began + server.settings.limits.refusal_time).await;
    }
    let response = match next {
        Next::Applications(_) if to_start => see_other("/"),
        Next::SignIn(shown) if !with_password && !with_ticket && shown.ticket != TicketOffer::No => {
            by_ticket(server, address, &parts.headers, shown, form)
        }
        next => show(server, &next, form),
    };
    let response = match answer {
        Some(answer) => negotiate::answer(response, &answer),
        None => response,
    };
    with_cookie(response, &cookie)
}

/// The form for a new password. It leads back to where the sign-on began: what was asked stands in the query or the
/// hidden fields of either form.
pub(super) fn change_page(server: &Server, shown: &ChangePage, form: Form) -> Response {
    let query = form.action.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    let change = ChangePasswordPage {
        frame: server.frame(),
        action: &format!("{UPDATE_PASSWORD}{query}"),
        hidden: form.hidden,
        shown,
    };
    page(StatusCode::OK, &change, Policy::Page)
}

/// Asks a browser for a ticket, or sends it where it is asked for one, or shows the form.
fn by_ticket(server: &Server, address: Address, headers: &HeaderMap, shown: SignInPage, form: Form) -> Response {
    if address == Address::Integrated && !form.is_wanted && negotiate::is_navigation(headers) {
        let shown = SignInPage { ticket: TicketOffer::No, ..shown };
        let mut response = show(server, &Next::SignIn(shown), form);
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        return negotiate::challenge(response);
    }
    if address == Address::Integrated || form.is_wanted || shown.ticket != TicketOffer::Expected {
        return show(server, &Next::SignIn(shown), form);
    }
    // A form that a relying party has sent is sent on as it is; everything else is in the address.
    let address = form.address_with_ticket();
    if form.hidden.is_empty() { see_other(&address) } else { again_at(&address) }
}

fn show(server: &Server, next: &Next, form: Form) -> Response {
    let frame = server.frame();
    match next {
        Next::SignIn(shown) => {
            // A form that a relying party has sent fits into no link.
            let is_linked = shown.ticket != TicketOffer::No && form.hidden.is_empty();
            let with_ticket = is_linked.then(|| form.address_with_ticket());
            let login = LoginPage {
                frame,
                action: &form.action,
                application: shown.application.as_deref(),
                message: shown.message.as_deref(),
                help_url: shown.help_url.as_deref(),
                user_name: &shown.user_name,
                with_ticket: with_ticket.as_deref(),
                hidden: form.hidden,
            };
            // A refusal is a page like any other: clients show its text only if the status is 200.
            page(StatusCode::OK, &login, Policy::Page)
        }
        Next::ChangePassword(shown) => change_page(server, shown, form),
        Next::Applications(shown) => {
            let applications = shown
                .applications
                .iter()
                .map(|(name, identifier)| Application { name, address: address(identifier, None) })
                .collect();
            let change_address = shown.change_password.then_some(UPDATE_PASSWORD);
            let notice = shown.notice.as_ref().map(Notice::of);
            let shown = ApplicationsPage { frame, user: &shown.user, applications, change_address, notice };
            page(StatusCode::OK, &shown, Policy::Page)
        }
        Next::Post(posting) => {
            let mut hidden = vec![Hidden::new("SAMLResponse", &posting.saml_response)];
            hidden.extend(posting.relay_state.iter().map(|state| Hidden::new("RelayState", state)));
            let shown = PostPage {
                frame,
                action: &posting.url,
                application: &posting.application,
                hidden,
                script: SUBMIT_SCRIPT,
                notice: posting.notice.as_ref().map(Notice::of),
            };
            page(StatusCode::OK, &shown, Policy::Post)
        }
        Next::Problem(shown) => problem(shown, frame),
    }
}

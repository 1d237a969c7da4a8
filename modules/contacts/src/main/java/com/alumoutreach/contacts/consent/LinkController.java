package com.alumoutreach.contacts.consent;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.links.Link;
import com.alumoutreach.backbone.links.SignedLinks;
import com.alumoutreach.contacts.consent.ConsentService.Said;
import com.alumoutreach.contacts.consent.ConsentService.Word;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The links in mails. Whoever has one may do what it says, and nothing else. A GET only shows a page: mail scanners follow
 * every link. A POST does it; RFC 8058 has mail programs post {@code List-Unsubscribe=One-Click}.
 */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SecurityRule.IS_ANONYMOUS)
@Produces(MediaType.TEXT_HTML)
class LinkController {
    static final String FIELD = "List-Unsubscribe";
    static final String ONE_CLICK = "One-Click";
    private static final String CONFIRMED = "confirm";

    /** Of what a form may hold. */
    private static final int MAX_FIELDS = 1_000;

    private final SignedLinks links;
    private final ConsentService service;

    LinkController(SignedLinks links, ConsentService service) {
        this.links = links;
        this.service = service;
    }

    @Get("/unsubscribe/{token}")
    HttpResponse<String> unsubscribePage(String token) {
        return links.read(Link.Purpose.UNSUBSCRIBE, token)
                .map(link -> Pages.button(
                        "Unsubscribe",
                        "Do you want no more messages by " + about(link.channel(), Consent.topic(link.topic())) + "?",
                        "Unsubscribe",
                        FIELD,
                        ONE_CLICK))
                .orElseGet(Pages::invalid);
    }

    @Post("/unsubscribe/{token}")
    @Consumes(MediaType.ALL)
    HttpResponse<String> unsubscribe(HttpRequest<?> http, String token, @Nullable @Body String form) {
        Optional<Link> link = links.read(Link.Purpose.UNSUBSCRIBE, token);
        if (link.isEmpty()) {
            return Pages.invalid();
        }
        if (!saysOneClick(form)) {
            throw ProblemException.badRequest(
                    "NOT_ONE_CLICK", "The form has to say " + FIELD + "=" + ONE_CLICK + " (RFC 8058)");
        }
        service.revoke(link.get(), "one_click", proof(http, link.get()));
        return Pages.message("You are unsubscribed", "You will get no more of these messages.");
    }

    @Get("/confirm/{token}")
    HttpResponse<String> confirmPage(String token) {
        return links.read(Link.Purpose.CONFIRM, token)
                .map(link -> Pages.button(
                        "Confirm",
                        "Do you want to get messages by " + about(link.channel(), Consent.topic(link.topic())) + "?",
                        "Yes",
                        CONFIRMED,
                        "yes"))
                .orElseGet(Pages::invalid);
    }

    @Post("/confirm/{token}")
    @Consumes(MediaType.ALL)
    HttpResponse<String> confirm(HttpRequest<?> http, String token) {
        return links.read(Link.Purpose.CONFIRM, token)
                .map(link -> service.confirm(link, proof(http, link))
                        ? Pages.message("Thank you", "Your subscription is confirmed.")
                        : Pages.message("Nothing to confirm", "You are not subscribed, and will not be written to."))
                .orElseGet(Pages::invalid);
    }

    @Get("/preferences/{token}")
    HttpResponse<String> preferencesPage(String token) {
        return links.read(Link.Purpose.PREFERENCES, token)
                .map(link -> Pages.boxes("Your preferences", "What may we send you?", boxes(link)))
                .orElseGet(Pages::invalid);
    }

    /** Changes what differs from what the page showed, so that saving a page changes nothing that nobody touched. */
    @Post("/preferences/{token}")
    @Consumes(MediaType.ALL)
    HttpResponse<String> preferences(HttpRequest<?> http, String token, @Nullable @Body String form) {
        Optional<Link> link = links.read(Link.Purpose.PREFERENCES, token);
        if (link.isEmpty()) {
            return Pages.invalid();
        }
        Map<String, Set<String>> fields = fields(form);
        Set<String> on = fields.getOrDefault("on", Set.of());
        Set<String> wasOn = fields.getOrDefault("was-on", Set.of());
        Set<String> wasOff = fields.getOrDefault("was-off", Set.of());
        List<Word> words = new ArrayList<>();
        for (Pages.Box box : boxes(link.get())) {
            if (wasOn.contains(box.name()) && !on.contains(box.name())) {
                words.add(word(box.name(), Consent.State.REVOKED));
            } else if (wasOff.contains(box.name()) && on.contains(box.name())) {
                words.add(word(box.name(), Consent.State.GRANTED));
            }
        }
        service.prefer(link.get(), words, proof(http, link.get()));
        return Pages.message("Saved", "We will keep to what you said.");
    }

    /** The link's channel as a whole, and whatever the contact said something about. */
    private List<Pages.Box> boxes(Link link) {
        Map<String, Pages.Box> boxes = new TreeMap<>(Comparator.naturalOrder());
        boxes.put(name(link.channel(), ""), new Pages.Box(name(link.channel(), ""), about(link.channel(), ""), true));
        List<Consent> said = service.of(link).map(Said::consents).orElse(List.of());
        for (Consent consent : said) {
            String name = name(consent.channel(), consent.topic());
            boxes.put(
                    name,
                    new Pages.Box(
                            name, about(consent.channel(), consent.topic()), consent.state() == Consent.State.GRANTED));
        }
        return List.copyOf(boxes.values());
    }

    private static String name(String channel, String topic) {
        return channel + ":" + topic;
    }

    private static Word word(String name, Consent.State state) {
        int colon = name.indexOf(':');
        return new Word(name.substring(0, colon), name.substring(colon + 1), state, null, null, false);
    }

    private static String about(String channel, String topic) {
        String by = channel.equals("email") ? "e-mail" : channel.equals("sms") ? "SMS" : "WhatsApp";
        return topic.isEmpty() ? by : by + " about " + topic;
    }

    /** Where and in what it was said. */
    private static Map<String, Object> proof(HttpRequest<?> http, Link link) {
        Map<String, Object> proof = new HashMap<>();
        proof.put("address", http.getRemoteAddress().getAddress().getHostAddress());
        String agent = http.getHeaders().get(HttpHeaders.USER_AGENT);
        if (agent != null) {
            proof.put("userAgent", agent.substring(0, Math.min(agent.length(), 300)));
        }
        if (link.messageId() != null) {
            proof.put("messageId", link.messageId());
        }
        return proof;
    }

    /** As a URL-encoded or as a multipart form: mail programs send either. */
    private static boolean saysOneClick(@Nullable String form) {
        return form != null
                && (fields(form).getOrDefault(FIELD, Set.of()).contains(ONE_CLICK)
                        || (form.contains("name=\"" + FIELD + "\"") && form.contains("\n" + ONE_CLICK)));
    }

    private static Map<String, Set<String>> fields(@Nullable String form) {
        Map<String, Set<String>> fields = new HashMap<>();
        if (form == null) {
            return fields;
        }
        int count = 0;
        for (String field : form.strip().split("&")) {
            int equals = field.indexOf('=');
            if (equals > 0 && count++ < MAX_FIELDS) {
                fields.computeIfAbsent(decoded(field.substring(0, equals)), name -> new HashSet<>())
                        .add(decoded(field.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}

package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.segments.membership.ListedMembers.Outcome;
import com.alumoutreach.segments.rule.Evaluation;
import com.alumoutreach.segments.rule.Explanation;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.Value;
import com.alumoutreach.segments.segment.Segment;
import com.alumoutreach.segments.segment.SegmentService;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Members of a segment over HTTP: who, why, and the lists of static segments. */
@Controller("/api/segments/{id}/members")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class MemberController {
    private final SegmentService service;
    private final Database database;
    private final MemberRepository members;
    private final ContactCopies copies;
    private final Memberships memberships;
    private final ListedMembers listed;
    private final Clock clock;

    MemberController(
            SegmentService service,
            Database database,
            MemberRepository members,
            ContactCopies copies,
            Memberships memberships,
            ListedMembers listed,
            Clock clock) {
        this.service = service;
        this.database = database;
        this.members = members;
        this.copies = copies;
        this.memberships = memberships;
        this.listed = listed;
        this.clock = clock;
    }

    /** @param cursor the contact to go on after */
    @Get
    MemberPage members(
            Caller caller, String id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        if (cursor != null && !cursor.equals(Value.storable(cursor))) {
            throw ProblemException.badRequest("INVALID_CURSOR", "cursor is not one that this API gave out");
        }
        Segment segment = service.get(caller, id);
        List<MemberRepository.Member> rows = database.inTransaction(
                caller.tenantId(),
                tx -> members.list(tx, caller.tenantId(), segment.id(), cursor == null ? "" : cursor, most + 1));
        boolean more = rows.size() > most;
        List<MemberResponse> items = (more ? rows.subList(0, most) : rows)
                .stream()
                        .map(member -> new MemberResponse(member.contactId(), member.since()))
                        .toList();
        return new MemberPage(items, more ? items.getLast().contactId() : null);
    }

    /** Why a contact belongs to a segment, or why not: the rule with the answer of each node and the values it saw. */
    @Get("/{contactId}/explanation")
    ExplanationResponse explanation(Caller caller, String id, @PathVariable("contactId") String contact) {
        String contactId = Value.storable(contact);
        Segment segment = service.get(caller, id);
        String tenant = caller.tenantId();
        return database.inTransaction(tenant, tx -> {
            ContactCopy copy = copies.find(tx, tenant, Set.of(contactId)).stream()
                    .filter(ContactCopy::present)
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound("contact", contactId));
            boolean member =
                    !members.in(tx, tenant, segment.id(), Set.of(contactId)).isEmpty();
            Rule rule = segment.definition().rule();
            if (rule == null) {
                return new ExplanationResponse(contactId, member, member, clock.instant(), null, null);
            }
            Evaluation evaluation = memberships.evaluation(tx, tenant, copy, rule);
            Explanation explanation = evaluation.explain(rule);
            long next = evaluation.nextChange(rule);
            return new ExplanationResponse(
                    contactId,
                    member,
                    explanation.result(),
                    Instant.ofEpochMilli(evaluation.now()),
                    next == Evaluation.NEVER ? null : Instant.ofEpochMilli(next),
                    explanation);
        });
    }

    /** Adds to a static segment; saying it again adds nobody twice. */
    @Post
    MembersResponse add(Caller caller, String id, @Body @Valid MembersRequest request) {
        return MembersResponse.of(listed.add(caller, service.get(caller, id), request.members(), 1));
    }

    /** The same from a file: the first column of each line is a contact's id or address; a header is left out. */
    @Post
    @Consumes({"text/csv", "text/plain"})
    MembersResponse addFile(Caller caller, String id, @Body String file) {
        Segment segment = service.get(caller, id);
        MemberFile lines = MemberFile.read(file);
        return MembersResponse.of(listed.add(caller, segment, lines.values(), lines.firstLine()));
    }

    /** Takes a contact off a static segment. */
    @Delete("/{contactId}")
    @Status(HttpStatus.NO_CONTENT)
    void remove(Caller caller, String id, String contactId) {
        listed.remove(caller, service.get(caller, id), Value.storable(contactId));
    }

    /** @param members ids or addresses of contacts */
    @Serdeable
    record MembersRequest(
            @NotNull @Size(min = 1, max = ListedMembers.MAX_MEMBERS)
            List<@NotNull String> members) {}

    /**
     * What became of a list.
     *
     * @param unknown lines that name no contact, the first hundred
     */
    @Serdeable
    record MembersResponse(long added, long already, long notFound, List<UnknownMember> unknown) {
        private static final int SHOWN = 100;

        static MembersResponse of(Outcome outcome) {
            return new MembersResponse(
                    outcome.added(),
                    outcome.already(),
                    outcome.unknown().size(),
                    outcome.unknown().stream()
                            .limit(SHOWN)
                            .map(line -> new UnknownMember(line.line(), line.value(), "CONTACT_NOT_FOUND"))
                            .toList());
        }
    }

    /** @param line from 1, with a file's header */
    @Serdeable
    record UnknownMember(int line, String value, String code) {}

    @Serdeable
    record MemberResponse(String contactId, Instant since) {}

    @Serdeable
    record MemberPage(List<MemberResponse> items, @Nullable String nextCursor) {}

    /**
     * A rule's answers about one contact.
     *
     * @param member whether it is listed as a member
     * @param matches whether the rule says so now; differs from {@code member} while something is on its way
     * @param changesBy when an answer changes by itself at the earliest
     */
    @Serdeable
    record ExplanationResponse(
            String contactId,
            boolean member,
            boolean matches,
            Instant asOf,
            @Nullable Instant changesBy,
            @Nullable Explanation explanation) {}
}

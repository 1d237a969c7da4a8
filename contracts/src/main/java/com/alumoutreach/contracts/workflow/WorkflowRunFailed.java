package com.alumoutreach.contracts.workflow;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A run cannot go on. */
@Subject("workflow.run.failed")
public record WorkflowRunFailed(
        @Required String workflowId,
        @Nullable String workflowName,
        @Required String runId,
        @Required String contactId,
        @Personal @Nullable String reason,
        @Nullable String errorCode)
        implements WorkflowEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(runId, "workflow_run");
    }
}

package com.alumoutreach.contracts.workflow;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A contact entered a workflow. */
@Subject("workflow.run.started")
public record WorkflowRunStarted(
        @Required String workflowId,
        @Nullable String workflowName,
        @Required String runId,
        @Required String contactId) implements WorkflowEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(runId, "workflow_run");
    }
}

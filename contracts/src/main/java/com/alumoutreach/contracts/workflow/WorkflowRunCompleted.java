package com.alumoutreach.contracts.workflow;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A contact came to the end of a workflow. */
@Subject("workflow.run.completed")
public record WorkflowRunCompleted(
        @Required String workflowId,
        @Nullable String workflowName,
        @Required String runId,
        @Required String contactId) implements WorkflowEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(runId, "workflow_run");
    }
}

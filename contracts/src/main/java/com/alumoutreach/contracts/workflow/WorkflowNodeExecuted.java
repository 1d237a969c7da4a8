package com.alumoutreach.contracts.workflow;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A run passed a node. */
@Subject("workflow.node.executed")
public record WorkflowNodeExecuted(
        @Required String workflowId,
        @Nullable String workflowName,
        @Required String runId,
        @Nullable String contactId,
        @Required String nodeId,
        @Nullable String nodeType,
        @Nullable String outcome)
        implements WorkflowEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(runId, "workflow_run");
    }
}

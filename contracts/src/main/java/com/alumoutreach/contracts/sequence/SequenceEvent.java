package com.alumoutreach.contracts.sequence;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code sequence}. */
public sealed interface SequenceEvent extends Event
        permits SequenceCreated,
                SequenceActivated,
                SequencePaused,
                SequenceEnrollmentCreated,
                SequenceEnrollmentCompleted,
                SequenceEnrollmentReplied,
                SequenceEnrollmentExited,
                SequenceStepScheduled,
                SequenceStepExecuted,
                SequenceStepPendingManual {}

"""From papers to Discord messages: rendering is pure, the sender sends."""

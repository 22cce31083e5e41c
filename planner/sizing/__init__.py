"""Memory, throughput, training and images: the deployment options of a workload."""

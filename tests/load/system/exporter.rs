//! What cAdvisor and kube-state-metrics would say of a cluster in which an autoscaler follows the load.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// From so many requests on there are three pods.
const MANY: u64 = 300;

/// Serves metrics on a port of its own, for as long as the test runs.
pub(super) fn start(requests: Arc<AtomicU64>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let body = metrics(requests.load(Ordering::Relaxed));
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\nconnection: close";
            let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        }
    });
    address
}

fn metrics(requests: u64) -> String {
    let pods = if requests < MANY { 1 } else { 3 };
    let mut out = String::new();
    let mut line = |name: &str, labels: &str, value: f64| {
        writeln!(&mut out, "{name}{{namespace=\"echo-dev\",{labels}}} {value}").unwrap();
    };
    #[expect(clippy::cast_precision_loss, reason = "a few thousand requests")]
    let requests = requests as f64;
    for (pod, part) in
        [("foo-7d9f8b6c5d-x2k4z", 1.0), ("bar-5c8b7d9f6d-q7w2m", 2.0), ("foo-db-7d9f8b6c5d-x2k4z", 1000.0)]
    {
        let (pod, container) = (format!("pod=\"{pod}\""), format!("pod=\"{pod}\",container=\"echo\""));
        line("container_cpu_usage_seconds_total", &container, requests * 0.005 * part);
        line("container_memory_working_set_bytes", &container, (64.0 * 1024.0 + requests) * 1024.0 * part);
        line("container_network_receive_bytes_total", &pod, requests * 200.0 * part);
        line("container_network_transmit_bytes_total", &pod, requests * 900.0 * part);
    }
    for pod in 0..3 {
        let is_there = pod < pods;
        let labels = format!("pod=\"foo-7d9f8b6c5d-x2k4{}\",phase=\"Running\"", ["z", "b", "c"][pod]);
        line("kube_pod_status_phase", &labels, f64::from(u8::from(is_there)));
    }
    let pods = [1.0, 1.0, 1.0, 3.0][pods];
    for name in ["spec_replicas", "status_replicas", "status_replicas_ready"] {
        line(&format!("kube_deployment_{name}"), "deployment=\"foo\"", pods);
    }
    for (scaler, target, wish) in [("keda-hpa-foo", "foo", pods), ("keda-hpa-foo-db", "foo-db", 99.0)] {
        let scaler = format!("horizontalpodautoscaler=\"{scaler}\"");
        line("kube_horizontalpodautoscaler_status_desired_replicas", &scaler, wish);
        let target = format!("{scaler},scaletargetref_kind=\"Deployment\",scaletargetref_name=\"{target}\"");
        line("kube_horizontalpodautoscaler_info", &target, 1.0);
    }
    out
}

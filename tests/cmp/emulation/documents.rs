//! What a plugin prints, as documents (`kube.SplitYAMLToString` of Argo CD, on the decoder of Kubernetes).

use serde::Deserialize;
use serde_json::Value;

/// The documents as JSON; those that are null or empty are dropped.
pub(super) fn split(output: &str) -> Result<Vec<String>, String> {
    let documents = if output.trim_start().starts_with('{') { mixed(output) } else { yaml(output) };
    let documents = documents.map_err(|error| format!("failed to unmarshal manifest: {error}"))?;
    Ok(documents.iter().filter(|document| !document.is_null()).map(Value::to_string).collect())
}

/// JSON documents one after the other. After the first one, it may turn out to be YAML; after the second, no longer.
fn mixed(output: &str) -> Result<Vec<Value>, String> {
    let mut stream = serde_json::Deserializer::from_str(output).into_iter();
    let mut documents = Vec::new();
    loop {
        let at = stream.byte_offset();
        match stream.next() {
            None => return Ok(documents),
            Some(Ok(document)) => documents.push(document),
            Some(Err(error)) if documents.len() > 1 => return Err(error.to_string()),
            Some(Err(error)) => {
                let rest = yaml(output[at..].trim_start()).map_err(|_| format!("json: {error}"))?;
                documents.extend(rest);
                return Ok(documents);
            }
        }
    }
}

fn yaml(output: &str) -> Result<Vec<Value>, String> {
    let mut documents = Vec::new();
    for document in separated(output)? {
        // Only the first of what the separator does not tell apart.
        let first = yaml_serde::Deserializer::from_str(&document).next();
        let value = first.map_or(Ok(Value::Null), Value::deserialize);
        documents.push(value.map_err(|error| format!("error converting YAML to JSON: yaml: {error}"))?);
    }
    Ok(documents)
}

/// Documents between lines that start with `---`; nothing but a comment may follow it.
fn separated(output: &str) -> Result<Vec<String>, String> {
    let mut documents = vec![String::new()];
    for line in output.lines() {
        if let Some(rest) = line.strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                return Err(format!("invalid Yaml document separator: {rest}"));
            }
            documents.push(String::new());
        } else {
            let document = documents.last_mut().unwrap();
            document.push_str(line);
            document.push('\n');
        }
    }
    Ok(documents)
}
